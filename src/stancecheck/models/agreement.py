"""Whether a faster backend gives float32's predictions: a built-in probe, each of its statements set against each other."""

from __future__ import annotations

import itertools

import numpy as np
from numpy.typing import NDArray

from stancecheck.models.model import NLIModel, run
from stancecheck.models.rule import both_directions, log_softmax, stance_scores

__all__ = ["agrees", "probe_scores"]

# Of one event, by parties that agree, deny, doubt, or speak of something beside it: 28 pairs of all three stances in some
# thousand tokens, because the first load in a process waits for both in float32.
_PROBE = (
    "The bridge was closed on Monday.",
    "The bridge stayed open all week.",
    "Nobody could cross the river on Monday.",
    "The bridge may have been closed.",
    "Two soldiers were hurt at the bridge.",
    "No one was hurt.",
    "The army denies that anyone was hurt.",
    "We thank our neighbour for its help.",
)
MOST_FLIPPED = 0.005
"""Largest share of the probe's stances that may differ; of 28 pairs, none."""
FARTHEST = 0.03
"""Largest difference of a stance's score. Few pairs lie near a boundary; this shows a backend that would flip those that do.

Source: on a 22M-parameter model, OpenVINO's bfloat16 is off by at most 0.005 and flips 1 stance in 1,000; ONNX Runtime's
dynamic int8 is off by up to 0.24 and flips 46.
"""


def agrees(scores: NDArray[np.float64], reference: NDArray[np.float64]) -> bool:
    """Whether a backend keeps float32's predictions on the built-in probe.

    Args:
        scores: What `probe_scores` gives for the backend. Shape: (pairs, 3).
        reference: The same of the model in float32.
    """
    flipped = float((scores.argmax(-1) != reference.argmax(-1)).mean())
    return flipped <= MOST_FLIPPED and float(np.abs(scores - reference).max()) <= FARTHEST


def probe_scores(model: NLIModel) -> NDArray[np.float64]:
    """Probabilities of the stances on the built-in probe. Shape: (pairs, 3)."""
    plan = model.tokenizer.plan(list(itertools.combinations(_PROBE, 2)), token_budget=model.token_budget)
    both = np.array([[w.forward, w.backward] for w in plan.windows])
    logits = run(model, plan).astype(np.float64)[both]
    head = both_directions(logits[..., 3:]) if model.info.stance_head else None
    return stance_scores(log_softmax(logits[..., :3]), head, model.info.rule)
