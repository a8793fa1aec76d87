"""The rule that turns both directions' NLI classes into one stance: numbers that come with a model.

Three symmetric features go in for each NLI class c, with f and b its log-probability forward and backward: (f + b) / 2 and
max(f, b). A multinomial logistic regression on these six gives the three stances. Sum and maximum do not change when the two
are swapped, so neither does the answer, to the last bit.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from stancecheck.errors import ModelDamagedError
from stancecheck.stance import CONTRADICTION, ENTAILMENT, NEUTRAL

__all__ = ["StanceRule", "default_rule", "log_softmax", "symmetric_features"]

FEATURES = 6


@dataclass(frozen=True)
class StanceRule:
    """Fitted weights of the rule.

    Attributes:
        weights: By stance (agree, contradict, unrelated), by feature.
        bias: By stance.
        source: How it was fitted, for records and cards.
    """

    weights: tuple[tuple[float, ...], ...]
    bias: tuple[float, ...]
    source: str

    def __call__(self, log_probs: NDArray[np.float64]) -> NDArray[np.float64]:
        """Stance probabilities.

        Args:
            log_probs: Natural logarithms of the NLI probabilities. Shape: (n, 2 directions, 3 NLI classes).

        Returns:
            Shape: (n, 3 stances); rows sum to 1.
        """
        features = symmetric_features(log_probs)
        weights = np.asarray(self.weights, dtype=np.float64)
        # One product and sum a pair, not a matrix product: its result must not depend on the number of pairs.
        scores = (features[:, None, :] * weights[None, :, :]).sum(-1) + np.asarray(self.bias, dtype=np.float64)
        scores = np.exp(scores - scores.max(-1, keepdims=True))
        return np.asarray(scores / scores.sum(-1, keepdims=True))

    @classmethod
    def from_json(cls, values: Mapping[str, Any]) -> StanceRule:
        """The rule from a model's config.

        Raises:
            ModelDamagedError: If it does not have the right numbers of numbers.
        """
        try:
            weights = tuple(tuple(float(x) for x in row) for row in values["weights"])
            bias = tuple(float(x) for x in values["bias"])
        except (KeyError, TypeError, ValueError) as error:
            raise ModelDamagedError(f"the config's stancecheck.rule cannot be read ({error!r})") from error
        if not np.isfinite([x for row in (*weights, bias) for x in row]).all():
            raise ModelDamagedError("the config's stancecheck.rule holds numbers that are not finite")
        if [len(row) for row in weights] != [FEATURES] * 3 or len(bias) != 3:
            raise ModelDamagedError(f"the config's stancecheck.rule: expected 3 x {FEATURES} weights and 3 biases")
        return cls(weights, bias, str(values.get("source", "")))


def symmetric_features(log_probs: NDArray[np.float64]) -> NDArray[np.float64]:
    """What the rule sees.

    Args:
        log_probs: Shape: (n, 2 directions, 3 NLI classes).

    Returns:
        Means, then maxima. Shape: (n, 6).
    """
    floor = np.maximum(log_probs, -10.0)  # beyond e^-10 a model's certainty tells nothing, but would swamp the sum
    forward, backward = floor[:, 0], floor[:, 1]
    return np.concatenate([(forward + backward) / 2, np.maximum(forward, backward)], axis=-1)


def default_rule(log_probs: NDArray[np.float64]) -> NDArray[np.float64]:
    """Stance probabilities where a model brings no fitted rule.

    CONTRADICT gets the mean of both directions' contradiction. What remains is shared between AGREE and UNRELATED as
    the larger entailment stands to the smaller neutral: it is enough that one statement follows from the other.

    Args:
        log_probs: Shape: (n, 2 directions, 3 NLI classes).

    Returns:
        Shape: (n, 3 stances).
    """
    probs = np.exp(log_probs)
    contradict = (probs[:, 0, CONTRADICTION] + probs[:, 1, CONTRADICTION]) / 2
    entailment = np.maximum(probs[:, 0, ENTAILMENT], probs[:, 1, ENTAILMENT])
    neutral = np.minimum(probs[:, 0, NEUTRAL], probs[:, 1, NEUTRAL])
    agree = (1 - contradict) * entailment / np.maximum(entailment + neutral, np.finfo(np.float64).tiny)
    return np.stack([agree, contradict, 1 - contradict - agree], axis=-1)


def log_softmax(logits: NDArray[np.float64]) -> NDArray[np.float64]:
    """Natural logarithms of the class probabilities. Shape: as the logits, classes last."""
    shifted = logits - logits.max(-1, keepdims=True)
    return np.asarray(shifted - np.log(np.exp(shifted).sum(-1, keepdims=True)))
