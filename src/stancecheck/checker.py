"""StanceChecker: wires the rooms together and decides nothing itself."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from functools import cached_property, partial
from pathlib import Path
from typing import Any, NoReturn, TypeAlias, overload

import numpy as np
from numpy.typing import NDArray

from stancecheck.data.copies import one_of_each
from stancecheck.data.intake import StatementSource, as_pairs, as_statements
from stancecheck.data.notes import warn_of_unread
from stancecheck.data.parties import as_one_party
from stancecheck.data.statements import Pair, PairLike, TextLike, as_statement
from stancecheck.data.text import prepare
from stancecheck.errors import InputError, ModelError
from stancecheck.explain import Explanation, ScorePairs, explain_by_model
from stancecheck.judging.candidates import check_choice, expected_recall, find_candidates, partners
from stancecheck.judging.judge import Judgement
from stancecheck.judging.judges import CHUNK, Likely, OneModel, ReportJudge, WithFallback
from stancecheck.judging.ranking import FEWEST_PAIRS, for_report, likely, rules_of
from stancecheck.models import (
    BASE_MODEL,
    DEFAULT_MODEL,
    LoadOptions,
    Memory,
    ModelInfo,
    NLIModel,
    embed,
    exact,
    is_installed,
    load_model,
)
from stancecheck.models.options import ESCALATE_BELOW, as_threshold
from stancecheck.report import Report
from stancecheck.report.notes import about_search, about_statements
from stancecheck.stance import Stance

__all__ = ["StanceChecker"]

REMEMBERED = 2**16  # rows a model: some 30,000 pairs in both directions, 30 MB

PairSource: TypeAlias = Iterable[PairLike] | str | Path
"""Pairs, two-tuples, dictionaries with a and b (or premise and hypothesis, sentence1 and sentence2, …), a ``datasets.Dataset``,
a ``DataFrame`` or the path of a table with such columns."""


class StanceChecker:
    """Says of pairs of statements whether they agree, contradict each other, or are unrelated.

    Make one with ``StanceChecker.load()``. No call changes it, and one checker may be used from several threads. It caches
    what the model computed for some 30,000 pairs, so making a report again with other options takes no time;
    ``stream_pairs`` caches nothing.

    Args:
        model: The model that judges.
        embedder: The model that finds candidates in ``compare``; None takes ``model`` if it embeds, else the shipped one.
        fallback: A slower, better model that judges again what ``model`` calls a contradiction or is unsure of.
        escalate_below: Answers of ``model`` with a lower confidence (0 to 1) are judged again.
        load_report_model: Loads a better model that decides in reports; called when the first report is made.

    Raises:
        InputError: If ``escalate_below`` is not between 0 and 1.
    """

    def __init__(
        self,
        model: NLIModel,
        *,
        embedder: NLIModel | None = None,
        fallback: NLIModel | None = None,
        escalate_below: float = ESCALATE_BELOW,
        load_report_model: Callable[[], NLIModel] | None = None,
    ) -> None:
        self._model = model
        self._given_embedder = embedder
        self._fallback = fallback
        self._escalate_below = as_threshold(escalate_below, "escalate_below")
        self._load_report_model = load_report_model
        self._first = OneModel(model, memory=Memory(REMEMBERED))
        self._judge_of_pairs: OneModel | WithFallback = self._first
        self._judge_of_stream: OneModel | WithFallback = OneModel(model)
        if fallback is not None:
            second = OneModel(fallback, memory=Memory(REMEMBERED))
            self._judge_of_pairs = WithFallback(self._first, second, below=self._escalate_below)
            self._judge_of_stream = WithFallback(OneModel(model), OneModel(fallback), below=self._escalate_below)

    @classmethod
    def load(  # more than six arguments: each is one that transformers' or sentence-transformers' loading also has
        cls,
        model: str = DEFAULT_MODEL,
        *,
        backend: str = "auto",
        dtype: str = "auto",
        device: str = "auto",
        revision: str | None = None,
        labels: Sequence[str] | None = None,
        threads: int | None = None,
        token_budget: int | None = None,
        local_files_only: bool = False,
        escalate: str | None = "auto",
        escalate_below: float = ESCALATE_BELOW,
    ) -> StanceChecker:
        """A checker with the model named.

        Args:
            model: The name of a shipped model, a folder in the hub's layout, or a hub id of any three-way NLI model.
            backend: 'onnx' (ONNX Runtime), 'openvino' (not on every platform), 'torch', or 'auto': on a CPU where the
                model has a graph, openvino if it is installed, the processor is faster in a narrow type, and a built-in probe
                gets the stances that float32 gives; else onnx. Onnx also judges the single pair of ``check``, so that the first
                verdict waits for one engine alone. Without a graph or on another device, torch.
            dtype: The type to compute in: 'float32', 'bfloat16' (not with onnx), 'int8' (products alone; shipped models with
                openvino), or 'auto': with openvino bfloat16 where the processor is faster in it (Intel's with AMX, AMD's with
                AVX-512 for it), or int8 where it has instructions for that (VNNI) and `backend` is 'auto'; else float32.
            device: 'cpu', 'cuda', 'cuda:1', 'mps', or 'auto': the best there is for the backend.
            revision: Branch, tag or commit of a hub model.
            labels: Names of the model's output columns in order, where its config does not name them.
            threads: Threads of one model call; None leaves the choice to the backend.
            token_budget: Tokens of one model call; None takes what suits the backend and the device. It does not change scores
                by more than rounding.
            local_files_only: Do not ask the hub; use what its cache holds.
            escalate: A better model, named as `model` is, that judges again what `model` calls a contradiction or is unsure of;
                its answer stands. 'auto' lets stancecheck-base decide in ``compare``, where it is installed and `model` is the
                shipped one; None lets `model` decide everywhere. It is loaded with the same backend, dtype, device and
                threads. ``Judgement.model`` says who judged.
            escalate_below: Answers of `model` with a lower confidence (0 to 1) are judged again: at 0 only contradictions
                are, at 1 nearly all pairs.

        Raises:
            ModelNotFoundError: If there is no such model.
            LabelOrderError: If its labels cannot be read by name, or contradict the probe of plain pairs.
            ModelDamagedError: If a file is missing or its checksum is wrong.
            ModelError: If it is not an NLI model, or the device is not available.
            InputError: If an argument is not one of the allowed values.
        """
        return cls.from_options(
            LoadOptions(
                model=model,
                backend=backend,
                dtype=dtype,
                device=device,
                revision=revision,
                labels=labels,
                threads=threads,
                token_budget=token_budget,
                local_files_only=local_files_only,
                escalate=escalate,
                escalate_below=escalate_below,
            )
        )

    @classmethod
    def from_options(cls, options: LoadOptions) -> StanceChecker:
        """A checker as these options say; raises what ``load`` raises."""
        loaded, other = load_model(options), partial(replace, options, revision=None, labels=None)
        if options.escalate == "auto":
            has_better = options.model == DEFAULT_MODEL and is_installed(BASE_MODEL)
            return cls(loaded, load_report_model=partial(load_model, other(model=BASE_MODEL)) if has_better else None)
        fallback = None if options.escalate is None else load_model(other(model=options.escalate))
        return cls(loaded, fallback=fallback, escalate_below=options.escalate_below)

    @property
    def info(self) -> ModelInfo:
        """What is loaded."""
        return self._model.info

    @property
    def escalates_to(self) -> ModelInfo | None:
        """The fallback model, if there is one."""
        return None if self._fallback is None else self._fallback.info

    @property
    def escalate_below(self) -> float:
        """Answers with a lower confidence go to the fallback model."""
        return self._escalate_below

    def __reduce__(self) -> NoReturn:
        """Refused: a loaded model does not go to another process.

        Raises:
            ModelError: Always; it names what does.
        """
        raise ModelError(
            "a StanceChecker holds a loaded model and is not pickled or copied: give other processes "
            "stancecheck.scale.PairWorker, which holds settings and loads its model once in each"
        )

    def __repr__(self) -> str:
        """The model, its backend and its device."""
        return f"StanceChecker({self.info.name!r}, backend={self.info.backend!r}, device={self.info.device!r})"

    def check(self, a: TextLike, b: TextLike) -> Judgement:
        """The judgement of one pair.

        Args:
            a: A text or a Statement.
            b: Another.

        Raises:
            InputError: If one is neither a text nor a Statement, or is blank.
        """
        return next(self._stream([Pair(as_statement(a, "a"), as_statement(b, "b"))], self._judge_of_one, None))

    def check_pairs(self, pairs: PairSource, *, progress: bool = False) -> list[Judgement]:
        """The judgement of each pair, in order.

        Args:
            pairs: Pairs, two-tuples of texts or Statements, dictionaries with a and b, or a table with columns a and b.
            progress: Show a bar that counts pairs.

        Raises:
            InputError: If a pair has another shape or a text cannot be used; the message names its position.
        """
        known = list(as_pairs(pairs))
        with _progress_bar(len(known), progress) as bar:
            return list(self._stream(known, self._judge_of_pairs, bar))

    def stream_pairs(self, pairs: PairSource) -> Iterator[Judgement]:
        """The judgement of each pair, in order, for any number of pairs: memory does not grow with them.

        Args:
            pairs: As for ``check_pairs``; read as the judgements are asked for.

        Raises:
            InputError: When a pair is reached that has another shape or a text that cannot be used.
        """
        return self._stream(as_pairs(pairs), self._judge_of_stream, None)

    def compare(
        self,
        statements: StatementSource,
        *,
        exhaustive: bool = False,
        top_k: int | None = None,
        min_similarity: float = -1.0,
        same_party: bool = False,
        progress: bool = False,
    ) -> Report:
        """Where the parties' accounts agree and collide.

        Each statement is compared with the nearest ones of other parties: by cosine similarity of embeddings, less how near the
        other is to everything (see ``stancecheck.judging.candidates``). Scores, confidence and stance are read as in a report,
        where nearly all pairs are unrelated (see ``stancecheck.judging.ranking``): ``check`` may say otherwise of one pair.

        Args:
            statements: Texts or Statements; dictionaries, a ``DataFrame``, a ``datasets.Dataset`` or the path of a table with
                columns text, party, speaker, date, …; or a mapping of party to texts. Names of parties that look the same are
                one party; statements without one are taken to be of different parties.
            exhaustive: Judge every pair of statements of different parties.
            top_k: How many partners each statement asks for; None takes 10 of a hundred statements and 30 of four thousand.
            min_similarity: Least cosine similarity (-1 to 1) of a pair that is judged.
            same_party: Also compare a party with itself, as for finding reversals over time.
            progress: Show a bar that counts pairs.

        Raises:
            InputError: If a statement cannot be used or an argument is out of range.
        """
        check_choice(top_k, min_similarity)
        named, about_parties = as_one_party(as_statements(statements), same_party=same_party)
        known, copies = one_of_each(named, by_date=same_party)
        asked = len(known) if exhaustive else top_k or partners(len(known))
        found = find_candidates(
            self.embed([s.text for s in known]),
            [s.party for s in known],
            top_k=max(1, asked),
            min_similarity=-1.0 if exhaustive else min_similarity,
            same_party=same_party,
        )
        rules = rules_of((model.info for model in self._judges), self._embedder.info)
        pairs = [Pair(known[i], known[j]) for i, j in found.pairs]
        judged = self._judge_report(pairs, partial(likely, found=found, rules=rules), progress)
        complete = len(judged) == found.considered
        recall = 1.0 if complete else expected_recall(self._embedder.info.name, asked, min_similarity)
        without = sorted({j.model for j in judged} - rules.keys())
        return Report(
            tuple(for_report(judged, found, rules if found.considered >= FEWEST_PAIRS else {})),
            pairs_considered=found.considered,
            model=self._report_model.info.name,
            notes=(
                *about_parties,
                *about_statements(named, copies),
                *(about_search(asked, recall, without) if found.considered else ()),
            ),
            expected_recall=recall,
            copies=copies,
        )

    @overload
    def explain(self, judged: Judgement, *, progress: bool = False) -> Explanation: ...
    @overload
    def explain(self, judged: Report, *, progress: bool = False) -> Report: ...
    def explain(self, judged: Judgement | Report, *, progress: bool = False) -> Explanation | Report:
        """What a judgement turns on: the words that carry it, the kind of a conflict, and why it may be none.

        It costs some dozens of further model readings a judgement. It describes; no stance changes.

        Args:
            judged: One judgement, or a report: then its contradictions are explained and a new report returned.
            progress: Show a bar that counts the contradictions of a report.

        Raises:
            InputError: If it is neither.
        """
        if not isinstance(judged, (Judgement, Report)):
            raise InputError(
                "judged: expected a Judgement, as check(a, b) gives it, or a Report, as compare(…) does; got "
                f"{type(judged).__name__}"
            )
        if isinstance(judged, Judgement):
            return explain_by_model([judged], self._scorer)[0]
        found = [j for j in judged if j.stance is Stance.CONTRADICT]
        with _progress_bar(len(found), progress, "explained") as bar:
            each = iter(explain_by_model(found, self._scorer, bar.update))
        judgements = (replace(j, explanation=next(each)) if j.stance is Stance.CONTRADICT else j for j in judged)
        return replace(judged, judgements=tuple(judgements))

    def _scorer(self, name: str) -> ScorePairs:
        """The model of this name that judges here; the first one for a name that it does not know."""
        return OneModel(next((model for model in self._judges if model.info.name == name), self._model)).scores

    def embed(self, texts: Iterable[str]) -> NDArray[np.float32]:
        """Unit-length vectors of texts, near where the texts are alike; ``compare`` searches with them.

        Args:
            texts: Texts.

        Returns:
            Shape: (texts, width).
        """
        rows: dict[str, int] = {}
        order = [rows.setdefault(prepare(text).text, len(rows)) for text in texts]
        return embed(self._embedder, list(rows))[order] if rows else np.empty((0, 1), dtype=np.float32)

    @cached_property
    def _report_model(self) -> NLIModel:
        """The better model for reports."""
        return self._load_report_model() if self._load_report_model is not None else self._model

    @property
    def _judges(self) -> list[NLIModel]:
        """The models that may have judged a report, the better ones first."""
        models = (self._fallback, None if self._load_report_model is None else self._report_model, self._model)
        return [model for model in models if model is not None]

    @cached_property
    def _judge_of_one(self) -> OneModel | WithFallback:
        return OneModel(exact(self._model)) if self._fallback is None else self._judge_of_pairs

    @cached_property
    def _report_judge(self) -> ReportJudge:
        return ReportJudge(self._first, OneModel(self._report_model, memory=Memory(REMEMBERED)))

    @cached_property
    def _embedder(self) -> NLIModel:
        if self._given_embedder is not None:
            return self._given_embedder
        return self._model if self._model.info.embeds else load_model(LoadOptions())

    def _stream(self, pairs: Iterable[Pair], judge: OneModel | WithFallback, bar: Any) -> Iterator[Judgement]:
        source = iter(pairs)
        while chunk := list(itertools.islice(source, CHUNK)):
            judged = judge.judge(chunk, None if bar is None else bar.update)
            warn_of_unread([j.notes for j in judged])
            yield from judged

    def _judge_report(self, pairs: Sequence[Pair], how_likely: Likely, progress: bool) -> list[Judgement]:
        """Judgements of a report's pairs, by the better model if there is one."""
        if self._load_report_model is None:
            return self.check_pairs(pairs, progress=progress)
        with _progress_bar(len(pairs), progress) as bar:
            judged = self._report_judge.judge(pairs, how_likely, bar.update)
        warn_of_unread([j.notes for j in judged])
        return judged


def _progress_bar(total: int, show: bool, unit: str = "pair") -> Any:
    from tqdm.auto import tqdm

    return tqdm(total=total, unit=unit, disable=not show)
