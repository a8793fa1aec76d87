"""Plain pairs that any NLI model gets mostly right: they show a label order that is wrong."""

from __future__ import annotations

import itertools

import numpy as np

from stancecheck.errors import LabelOrderError
from stancecheck.models.model import NLIModel, run
from stancecheck.stance import NLI_CLASSES

__all__ = ["check_label_order"]

# (premise, hypothesis, NLI class)
_PROBE = (
    ("A man is eating an apple in the kitchen.", "A man is eating.", 0),
    ("Two children are playing football in the park.", "Children are playing outside.", 0),
    ("The bridge was closed on Monday because of the flood.", "The bridge was closed.", 0),
    ("The company sold its factory in Lyon last year.", "The company sold a factory.", 0),
    ("A man is eating an apple in the kitchen.", "The man is a famous doctor.", 1),
    ("Two children are playing football in the park.", "The children are brothers.", 1),
    ("The bridge was closed on Monday because of the flood.", "The bridge was built by a Swiss engineer.", 1),
    ("The company sold its factory in Lyon last year.", "The company made a large profit on the sale.", 1),
    ("A man is eating an apple in the kitchen.", "Nobody is eating anything.", 2),
    ("Two children are playing football in the park.", "The children are asleep in bed.", 2),
    ("The bridge was closed on Monday because of the flood.", "The bridge stayed open on Monday.", 2),
    ("The company sold its factory in Lyon last year.", "The company has never owned a factory in Lyon.", 2),
)
_CLEARLY = 3  # another order must get this many more of the twelve right before the stated one is refused


def check_label_order(model: NLIModel) -> None:
    """Refuse a model whose stated label order gets plain pairs clearly less right than another order does.

    Raises:
        LabelOrderError: With the order that fits, as the argument to pass.
    """
    pairs = [(premise, hypothesis) for premise, hypothesis, _ in _PROBE]
    plan = model.tokenizer.plan(pairs, token_budget=model.token_budget)
    logits = run(model, plan)[[w.forward for w in plan.windows], :3]  # of the NLI classes
    predicted = logits.argmax(-1)
    gold = np.array([label for _, _, label in _PROBE])
    right = {order: int((np.array(order)[predicted] == gold).sum()) for order in itertools.permutations(range(3))}
    stated, best = right[0, 1, 2], max(right, key=lambda order: right[order])
    if right[best] < stated + _CLEARLY:
        return
    names = [""] * 3
    for position, column in enumerate(model.info.columns):
        names[column] = NLI_CLASSES[best[position]]
    raise LabelOrderError(
        f"model {model.info.name!r}: with the label order that its config states it gets {stated} of {len(_PROBE)} plain pairs "
        f"right, with another order {right[best]}. If its card agrees, load it with that order: "
        f"StanceChecker.load({model.info.name!r}, labels={tuple(names)})"
    )
