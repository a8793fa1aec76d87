"""The rule that turns what a model says of both directions into one stance: numbers that come with a model.

The rule is a multinomial logistic regression. It reads the NLI classes: with f and b the log-probability of a class forward and
backward, (f + b) / 2 and max(f, b), six features. Of a model with a stance head it reads first the mean of that head's
log-probabilities of both directions, three more. Mean and maximum do not change when the two statements are swapped, so neither
does the answer, to the last bit.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from stancecheck.errors import ModelDamagedError
from stancecheck.stance import CONTRADICTION, ENTAILMENT, NEUTRAL

__all__ = [
    "StanceRule",
    "both_directions",
    "default_rule",
    "log_softmax",
    "rule_features",
    "stance_scores",
    "symmetric_features",
]

NLI_FEATURES, HEAD_FEATURES = 6, 3


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

    def __call__(self, features: NDArray[np.float64]) -> NDArray[np.float64]:
        """Stance probabilities.

        Args:
            features: As `rule_features` gives them. Shape: (n, 9) of a model with a stance head, else (n, 6).

        Returns:
            Shape: (n, 3 stances); rows sum to 1.

        Raises:
            ModelDamagedError: If the rule was fitted with a stance head and there is none, or without.
        """
        weights = np.asarray(self.weights, dtype=np.float64)
        if features.shape[1] != weights.shape[1]:
            raise ModelDamagedError(
                f"the config's stancecheck.rule: expected {features.shape[1]} weights a stance, got {weights.shape[1]}"
            )
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
        sizes = [len(row) for row in weights]
        both = HEAD_FEATURES + NLI_FEATURES
        if sizes not in ([NLI_FEATURES] * 3, [both] * 3) or len(bias) != 3:
            raise ModelDamagedError(
                f"the config's stancecheck.rule: expected 3 x {NLI_FEATURES} or 3 x {both} weights and 3 biases"
            )
        return cls(weights, bias, str(values.get("source", "")))


def both_directions(logits: NDArray[np.float64]) -> NDArray[np.float64]:
    """A stance head's log-probabilities from its logits of both directions, averaged. Shape: (n, 2, 3) -> (n, 3)."""
    return log_softmax((logits[:, 0] + logits[:, 1]) / 2)


def stance_scores(nli: NDArray[np.float64], head: NDArray[np.float64] | None, rule: StanceRule | None) -> NDArray[np.float64]:
    """Stance probabilities.

    Args:
        nli: Log-probabilities of the NLI classes. Shape: (n, 2 directions, 3 NLI classes).
        head: The stance head's log-probabilities, if the model has one. Shape: (n, 3 stances).
        rule: The model's fitted rule, or None: then a head's answer stands as it is, and NLI classes go through `default_rule`.

    Returns:
        Shape: (n, 3 stances).
    """
    if rule is not None:
        return rule(rule_features(nli, head))
    return default_rule(nli) if head is None else np.exp(head)


def rule_features(nli: NDArray[np.float64], head: NDArray[np.float64] | None) -> NDArray[np.float64]:
    """What a rule reads; the arguments are those of `stance_scores`. Shape: (n, 9) with a stance head, else (n, 6)."""
    symmetric = symmetric_features(nli)
    return symmetric if head is None else np.concatenate([head, symmetric], axis=-1)


def symmetric_features(log_probs: NDArray[np.float64]) -> NDArray[np.float64]:
    """What does not change when the statements are swapped.

    Args:
        log_probs: Shape: (n, 2 directions, 3 NLI classes).

    Returns:
        Means, then maxima. Shape: (n, 6).
    """
    floor = np.maximum(log_probs, -10.0)  # beyond e^-10 differences mean nothing, but would dominate the sum
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
