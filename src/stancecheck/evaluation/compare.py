"""Two or more systems on the same pairs: which is better, and is that more than luck?"""

from __future__ import annotations

import dataclasses
import itertools
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from stancecheck.data.statements import Pair
from stancecheck.errors import InputError
from stancecheck.evaluation.bootstrap import Interval, interval, replicates
from stancecheck.evaluation.judged import Judged, System
from stancecheck.evaluation.metrics import Scored
from stancecheck.evaluation.record import system_facts, system_name
from stancecheck.evaluation.result import Evaluation
from stancecheck.evaluation.run import judge_all, scored_under, summarise
from stancecheck.evaluation.scheme import choose_scheme
from stancecheck.evaluation.tables import Grid, estimate_text, grids_html, grids_rich, plain_text

__all__ = ["Comparison", "Difference", "Disagreement", "compare_systems"]

_COMPARED = ("accuracy", "macro_f1", "contradict_ap")


@dataclass(frozen=True, slots=True)
class Difference:
    """How two systems differ on one metric: the first minus the second.

    Attributes:
        first: Name of one system.
        second: Name of the other.
        metric: accuracy, macro_f1 or contradict_ap.
        value: The difference; None where the metric is not defined.
        interval: Paired bootstrap 95% interval.
        only_first_right: Pairs that only the first got right.
        only_second_right: Pairs that only the second got right.
        mcnemar_p: Exact two-sided p-value of McNemar's test on these two counts; it takes the pairs for independent.
    """

    first: str
    second: str
    metric: str
    value: float | None
    interval: Interval | None
    only_first_right: int
    only_second_right: int
    mcnemar_p: float


@dataclass(frozen=True, slots=True)
class Disagreement:
    """A pair on which systems differ.

    Attributes:
        index: Its position among the labelled pairs.
        pair: The pair.
        predictions: Each system's prediction, by name.
        right: The gold class.
    """

    index: int
    pair: Pair
    predictions: Mapping[str, str]
    right: str


@dataclass(frozen=True)
class Comparison:
    """Systems side by side.

    Attributes:
        evaluations: One a system, in the order given.
        differences: Every two systems on every metric.
        disagreements: The pairs on which at least two systems differ, in order.
    """

    evaluations: tuple[Evaluation, ...]
    differences: tuple[Difference, ...]
    disagreements: tuple[Disagreement, ...] = field(repr=False)

    __hash__ = None  # type: ignore[assignment]  # it holds mappings

    def as_dict(self) -> dict[str, Any]:
        """Plain values, ready for JSON, without the texts."""
        return {
            "evaluations": [evaluation.as_dict() for evaluation in self.evaluations],
            "differences": [dataclasses.asdict(difference) for difference in self.differences],
            "disagreements": [d.index for d in self.disagreements],
        }

    def __str__(self) -> str:
        """The comparison as tables of plain text."""
        return plain_text(self.__rich__())

    def __rich__(self) -> Any:
        """The comparison as tables for a terminal."""
        return grids_rich(*_shown(self))

    def _repr_html_(self) -> str:
        """The comparison as an HTML fragment, for notebooks."""
        return grids_html(*_shown(self))


def compare_systems(
    systems: Sequence[System] | Mapping[str, System],
    pairs: Iterable[Pair],
    *,
    task: str = "stance",
    scheme: str = "auto",
    group: str | None = "auto",
    resamples: int = 1000,
    seed: int = 0,
    progress: bool = False,
) -> Comparison:
    """Two or more systems on the same pairs: metrics, paired differences and the pairs on which they differ.

    Args:
        systems: Anything with ``check_pairs``, two or more; a mapping names them.
        pairs: Labelled pairs, as from `read_pairs`. They are kept.
        task: 'stance' or 'nli', as for `evaluate`.
        scheme: As for `evaluate`.
        group: As for `evaluate`.
        resamples: Bootstrap replicates.
        seed: Of everything random.
        progress: Show one bar a system that counts pairs.

    Raises:
        InputError: If there are fewer than two systems, or as for `evaluate`.
    """
    named = _named(systems)
    known = list(pairs)
    settings: dict[str, Any] = {
        "task": task,
        "scheme": scheme,
        "slices": [],
        "group": group,
        "resamples": resamples,
        "seed": seed,
    }
    evaluations: list[Evaluation] = []
    judged: list[Judged] = []
    for name, system in named.items():
        run = judge_all(system, known, task=task, group=group, slices=(), seed=seed, progress=progress)
        facts = {**system_facts(system), "name": name}
        evaluations.append(summarise(run, facts, settings=settings, baselines=not evaluations))
        judged.append(run.judged)
    chosen = choose_scheme(task, judged[0].gold, scheme)
    scored = dict(zip(named, (scored_under(chosen, one) for one in judged), strict=True))
    return Comparison(
        evaluations=tuple(evaluations),
        differences=_differences(scored, evaluations, judged[0].groups, resamples, seed),
        disagreements=_disagreements(scored, [p for p in known if p.gold is not None], chosen.classes),
    )


def _named(systems: Sequence[System] | Mapping[str, System]) -> dict[str, System]:
    if isinstance(systems, Mapping):
        named = dict(systems)
    else:
        named = {}
        for system in systems:
            name = system_name(system)
            taken = sum(known == name or known.startswith(f"{name} (") for known in named)
            named[f"{name} ({taken + 1})" if taken else name] = system
    if len(named) < 2:
        raise InputError(f"systems: expected two or more to compare, got {len(named)}")
    return named


def _differences(
    scored: dict[str, Scored],
    evaluations: Sequence[Evaluation],
    groups: NDArray[np.int64] | None,
    resamples: int,
    seed: int,
) -> tuple[Difference, ...]:
    # The same seed draws the same pairs for every system, so the replicates are paired.
    drawn = {name: replicates(one, groups, resamples=resamples, seed=seed) for name, one in scored.items()}
    values = {name: evaluation.metrics for name, evaluation in zip(scored, evaluations, strict=True)}
    units = len(next(iter(scored.values())).gold) if groups is None else int(groups.max()) + 1
    found: list[Difference] = []
    for first, second in itertools.combinations(scored, 2):
        only_first, only_second, p = _mcnemar(scored[first].correct, scored[second].correct)
        for metric in _COMPARED:
            one, other = values[first][metric].value, values[second][metric].value
            defined = one is not None and other is not None
            spread = drawn[first][metric] - drawn[second][metric] if defined and drawn[first] else None
            found.append(
                Difference(
                    first,
                    second,
                    metric,
                    one - other if one is not None and other is not None else None,
                    None if spread is None else interval(spread, units),
                    only_first,
                    only_second,
                    p,
                )
            )
    return tuple(found)


def _mcnemar(first: NDArray[np.float64], second: NDArray[np.float64]) -> tuple[int, int, float]:
    """Pairs that only one got right, and the exact p-value.

    Source: McNemar 1947; the exact test is the binomial one on the pairs that differ.
    """
    from scipy.stats import binomtest

    only_first, only_second = int(((first == 1) & (second == 0)).sum()), int(((first == 0) & (second == 1)).sum())
    if only_first + only_second == 0:
        return 0, 0, 1.0
    return only_first, only_second, float(binomtest(only_first, only_first + only_second).pvalue)


def _disagreements(scored: dict[str, Scored], pairs: Sequence[Pair], classes: tuple[str, ...]) -> tuple[Disagreement, ...]:
    predictions = np.stack([one.predictions for one in scored.values()])
    gold = next(iter(scored.values())).gold
    return tuple(
        Disagreement(
            index=i,
            pair=pairs[i],
            predictions={name: classes[predictions[n, i]] for n, name in enumerate(scored)},
            right=classes[gold[i]],
        )
        for i in np.flatnonzero((predictions != predictions[0]).any(0)).tolist()
    )


def _shown(comparison: Comparison) -> tuple[str, list[Any], tuple[str, ...]]:
    first = comparison.evaluations[0]
    systems = tuple(
        (
            str(e.system["name"]),
            *(estimate_text(e.metrics[name]) for name in _COMPARED),
            estimate_text(e.metrics["ece"]),
            f"{e.pairs_per_second:,.1f}",
        )
        for e in comparison.evaluations
    )
    heads = ("", "accuracy", "macro-F1", "contradict AP", "ECE", "pairs/s")
    differences = tuple((f"{d.first} - {d.second}: {d.metric}", *_difference_cells(d)) for d in comparison.differences)
    grids = [
        Grid(f"Systems, 95% intervals (bootstrap over: {first.grouped_by})", heads, systems),
        Grid("Paired differences", ("", "difference", "95% interval", "only one right", "McNemar p"), differences),
    ]
    headline = f"{len(systems)} systems on {first.pairs:,} pairs, task {first.task}, {first.scheme}: "
    return headline + f"they differ on {len(comparison.disagreements):,}", grids, first.notes


def _difference_cells(difference: Difference) -> tuple[str, ...]:
    ends = difference.interval
    return (
        "-" if difference.value is None else f"{difference.value:+.3f}",
        "-" if ends is None else f"[{ends.low:+.3f}, {ends.high:+.3f}]",
        f"{difference.only_first_right:,} / {difference.only_second_right:,}" if difference.metric == "accuracy" else "",
        f"{difference.mcnemar_p:.2g}" if difference.metric == "accuracy" else "",
    )
