"""evaluate(): pairs in, an Evaluation out, in memory that grows by some sixty bytes a pair."""

from __future__ import annotations

import itertools
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from stancecheck.data.statements import Pair
from stancecheck.errors import InputError
from stancecheck.evaluation.baselines import MOST_PAIRS, Baseline, Sample, run_baselines
from stancecheck.evaluation.bootstrap import Estimate, interval, replicates
from stancecheck.evaluation.judged import Collector, Judged, System
from stancecheck.evaluation.metrics import Scored, class_metrics, confusion, curves, point_metrics
from stancecheck.evaluation.record import environment, system_facts
from stancecheck.evaluation.result import Evaluation, SliceMetrics, SwapConsistency
from stancecheck.evaluation.scheme import AXES, Scheme, choose_scheme
from stancecheck.judging.judge import Judgement
from stancecheck.stance import stance_index

__all__ = ["Run", "evaluate", "judge_all", "scored_under", "summarise"]

_CHUNK = 512  # pairs handed to the system at a time: enough to sort by length, few enough for a bar that moves
_SWAPPED = 500  # pairs that are judged a second time the other way round: their consistency is known to +-2 points
_FEWEST_GROUPS = 20
_MOST_SLICES = 50


@dataclass(frozen=True, slots=True)
class Run:
    """All that was seen in one pass over the pairs.

    Attributes:
        judged: The labelled pairs as numbers.
        sample: A random sample of them, with their positions.
        seconds: Spent in the system.
    """

    judged: Judged
    sample: list[tuple[int, Pair]]
    seconds: float


def evaluate(
    system: System,
    pairs: Iterable[Pair],
    *,
    task: str = "stance",
    scheme: str = "auto",
    slices: Sequence[str] = (),
    group: str | None = "auto",
    baselines: bool = True,
    resamples: int = 1000,
    seed: int = 0,
    progress: bool = False,
) -> Evaluation:
    """How right a system is on labelled pairs, with 95% intervals.

    The pairs are read once and not kept: pass `iter_pairs(...)` for any number of them. Nothing is tuned on them.

    Args:
        system: Anything with ``check_pairs``, such as a StanceChecker.
        pairs: Labelled pairs, as from `read_pairs`; those without a gold label are counted and left out.
        task: 'stance' scores the symmetric stance; 'nli' the directed label of a -> b, as published MNLI results do.
        scheme: Which classes are scored; 'auto' scores the two classes of two-class gold labels as such, and says so.
        slices: Columns to score apart; 'length', 'party', 'party_a' and 'party_b' always work.
        group: Pairs with an equal value of this column are drawn together in the bootstrap. 'auto' takes a column topic, claim
            or group of at least 20 values, else equal first statements; None draws single pairs.
        baselines: Also score three baselines, the fitted ones on a sample of at most 5,000 pairs.
        resamples: Bootstrap replicates; 0 for no intervals.
        seed: Of bootstrap, folds and samples.
        progress: Show one bar that counts pairs.

    Raises:
        InputError: If an argument is not allowed, no pair has a gold label, or the system's output cannot be scored.
    """
    if task not in AXES:
        raise InputError(f"task: expected one of {', '.join(AXES)}, got {task!r}")
    if not isinstance(resamples, int) or resamples < 0:
        raise InputError(f"resamples: expected an integer of at least 0, got {resamples!r}")
    run = judge_all(system, pairs, task=task, group=group, slices=slices, seed=seed, progress=progress)
    settings = {"task": task, "scheme": scheme, "slices": list(slices), "group": group, "resamples": resamples, "seed": seed}
    return summarise(run, system_facts(system), settings=settings, baselines=baselines)


def judge_all(
    system: System,
    pairs: Iterable[Pair],
    *,
    task: str,
    group: str | None,
    slices: Sequence[str],
    seed: int,
    progress: bool,
) -> Run:
    """One pass over the pairs; the arguments are those of `evaluate`."""
    collector = Collector(task, group, slices)
    sample = Sample(MOST_PAIRS, seed)
    seconds, index = 0.0, 0
    judge = _reader(system)
    bar = _bar(pairs, progress)
    labelled = _labelled(pairs, collector)
    while chunk := list(itertools.islice(labelled, _CHUNK)):
        started = time.perf_counter()
        judgements = list(judge(chunk))
        seconds += time.perf_counter() - started
        _check_count(judgements, chunk)
        for pair, judgement in zip(chunk, judgements, strict=True):
            collector.add(pair, judgement)
            sample.add(index, pair)
            index += 1
        bar.update(len(chunk))
    bar.close()
    judged_sample = sample.sorted()
    if task == "stance":
        _swap(system, judged_sample, collector, seed)
    return Run(collector.done(), judged_sample, seconds)


def summarise(run: Run, facts: dict[str, Any], *, settings: dict[str, Any], baselines: bool) -> Evaluation:
    """The metrics of a run.

    Args:
        run: What was seen.
        facts: The system's name and model.
        settings: The arguments of `evaluate` that shape the metrics.
        baselines: Whether to score the baselines.
    """
    judged, task = run.judged, settings["task"]
    scheme = choose_scheme(task, judged.gold, settings["scheme"])
    scored = scored_under(scheme, judged)
    resamples, seed = settings["resamples"], settings["seed"]
    return Evaluation(
        system=facts,
        task=task,
        scheme=scheme.name,
        classes=scheme.classes,
        pairs=len(judged.gold),
        unlabelled=judged.unlabelled,
        truncated=judged.truncated,
        metrics=_with_intervals(scored, judged, resamples, seed),
        per_class=class_metrics(scored, scheme.classes),
        confusion=confusion(scored, len(scheme.classes)),
        swap=SwapConsistency(*judged.swap_same),
        slices={name: _slices(name, scored, judged, resamples, seed) for name in judged.slices},
        baselines=_baselines(run, scored, scheme, seed) if baselines else (),
        curves=curves(scored),
        seconds=run.seconds,
        grouped_by=judged.grouped_by,
        notes=_notes(scheme, judged, task),
        data_sha256=judged.data_sha256,
        settings=settings,
        environment=environment(),
    )


def scored_under(scheme: Scheme, judged: Judged) -> Scored:
    """The pairs' scored classes."""
    probabilities = scheme.probabilities(judged.scores)
    return Scored(
        gold=scheme.gold(judged.gold),
        predictions=scheme.predictions(judged.predictions, probabilities),
        probabilities=probabilities,
        contradict=scheme.contradict,
    )


def _labelled(pairs: Iterable[Pair], collector: Collector) -> Iterator[Pair]:
    for index, pair in enumerate(pairs):
        if not isinstance(pair, Pair):
            raise InputError(
                f"pair {index}: expected a Pair with a gold label, got {type(pair).__name__}; read_pairs makes Pairs of tables"
            )
        if collector.read(pair):
            yield pair


def _reader(system: System) -> Callable[[Sequence[Pair]], Iterable[Judgement]]:
    """How a system reads pairs anew: a checker's ``check_pairs`` may remember them, and a second run would look fast."""
    found: Callable[[Sequence[Pair]], Iterable[Judgement]] = getattr(system, "stream_pairs", system.check_pairs)
    return found


def _check_count(judgements: Sequence[Any], chunk: Sequence[Pair]) -> None:
    if len(judgements) != len(chunk):
        raise InputError(
            f"the system's check_pairs gave {len(judgements)} judgements for {len(chunk)} pairs: expected one each"
        )


def _swap(system: System, sample: list[tuple[int, Pair]], collector: Collector, seed: int) -> None:
    """Judge some pairs both ways round, in one call each, so that they differ in nothing else."""
    chosen = np.random.default_rng(seed).permutation(len(sample))[:_SWAPPED]
    pairs = [sample[i][1] for i in sorted(chosen.tolist())]
    if not pairs:
        return
    swapped = [Pair(pair.b, pair.a, pair.gold, pair.id, pair.columns) for pair in pairs]
    judge = _reader(system)
    one, other = list(judge(pairs)), list(judge(swapped))
    _check_count(other, swapped)
    for first, second in zip(one, other, strict=True):
        collector.swapped(same=stance_index(first.stance) == stance_index(second.stance))


def _with_intervals(scored: Scored, judged: Judged, resamples: int, seed: int) -> dict[str, Estimate]:
    values = point_metrics(scored)
    drawn = replicates(scored, judged.groups, resamples=resamples, seed=seed)
    units = len(judged.gold) if judged.groups is None else int(judged.groups.max()) + 1
    return {
        name: Estimate(value, interval(drawn[name], units) if value is not None and name in drawn else None)
        for name, value in values.items()
    }


def _slices(name: str, scored: Scored, judged: Judged, resamples: int, seed: int) -> tuple[SliceMetrics, ...]:
    slicing = judged.slices[name]
    counts = np.bincount(slicing.codes, minlength=len(slicing.names))
    largest = sorted(range(len(slicing.names)), key=lambda i: (-counts[i], slicing.names[i]))[:_MOST_SLICES]
    return tuple(_slice(slicing.names[i], slicing.codes == i, scored, judged, (resamples, seed)) for i in largest)


def _slice(value: str, chosen: Any, scored: Scored, judged: Judged, drawing: tuple[int, int]) -> SliceMetrics:
    part = Scored(scored.gold[chosen], scored.predictions[chosen], scored.probabilities[chosen], None)
    groups = None if judged.groups is None else np.unique(judged.groups[chosen], return_inverse=True)[1].astype(np.int64)
    values = point_metrics(part)
    drawn = replicates(part, groups, resamples=drawing[0], seed=drawing[1])
    units = len(part.gold) if groups is None else int(groups.max()) + 1
    shown = {n: Estimate(values[n], interval(drawn[n], units) if drawn else None) for n in ("accuracy", "macro_f1")}
    contradicting = part.gold == scored.contradict if scored.contradict is not None else np.zeros(len(part.gold), dtype=bool)
    recall = float(part.correct[contradicting].mean()) if contradicting.any() else None
    return SliceMetrics(value, len(part.gold), shown["accuracy"], shown["macro_f1"], recall)


def _baselines(run: Run, scored: Scored, scheme: Scheme, seed: int) -> tuple[Baseline, ...]:
    places = np.array([index for index, _ in run.sample], dtype=np.int64)
    groups = run.judged.groups
    return run_baselines(
        [pair for _, pair in run.sample],
        scored.gold[places],
        None if groups is None else groups[places],
        classes=len(scheme.classes),
        contradict=scheme.contradict,
        seed=seed,
    )


def _notes(scheme: Scheme, judged: Judged, task: str) -> tuple[str, ...]:
    count = len(judged.gold)
    notes = [scheme.note] if scheme.note else []
    if scheme.forced:
        agree, contradict = (members[0] for members in scheme.members)
        third = int((~np.isin(judged.predictions, [agree, contradict])).sum())
        notes.append(f"Unforced, the system called {third / count:.1%} of these pairs {AXES[task][3 - agree - contradict]}.")
    if judged.unlabelled:
        notes.append(f"{judged.unlabelled} pairs without a gold label were left out.")
    if judged.truncated:
        notes.append(f"{judged.truncated} pairs could not be read in full.")
    if judged.groups is not None and int(judged.groups.max()) + 1 < _FEWEST_GROUPS:
        notes.append("The intervals rest on few groups: they are wide, and still rough.")
    return tuple(notes)


def _bar(pairs: Any, show: bool) -> Any:
    from tqdm.auto import tqdm

    return tqdm(total=len(pairs) if hasattr(pairs, "__len__") else None, unit="pair", disable=not show)
