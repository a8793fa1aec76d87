"""Report: many judgements, and the questions that a reader has of them."""

from __future__ import annotations

import datetime as dt
import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from os import PathLike
from typing import TYPE_CHECKING, Any, Literal, TypeAlias, overload

from stancecheck.data.rows import RowSource
from stancecheck.data.statements import Statement
from stancecheck.errors import InputError
from stancecheck.judging.judge import Judgement, stance_for
from stancecheck.models.options import as_threshold
from stancecheck.report.choice import Matrix, fitting, parties_of
from stancecheck.report.disputes import Dispute, count_disputes, find_disputes, ranked
from stancecheck.report.export import FLAT_COLUMNS, flat_row, nested_rows, to_csv, write_atomically
from stancecheck.report.reading import read_judgements, read_marks, with_marks
from stancecheck.report.render import markdown, page, plots, text
from stancecheck.report.render.view import ReportView, judged_by
from stancecheck.stance import Stance

if TYPE_CHECKING:
    import datasets
    import pandas as pd

__all__ = ["Report"]

Path: TypeAlias = str | PathLike[str]


@dataclass(frozen=True, repr=False)
class Report(Sequence[Judgement]):
    """The judgements of a comparison, in input order; ``ranked`` and ``disputes`` give them as they are best read.

    Attributes:
        judgements: What was found.
        pairs_considered: How many pairs there were to choose from; 0 where that is not known.
        model: Which model judged; with a fallback model, the first one. ``judges`` counts both.
        notes: How the pairs were chosen, and what else a reader must know.
        expected_recall: The share of the agreeing and contradicting pairs that are expected to be among those judged, 0 to 1;
            None where it is not known (see ``judging.candidates.expected_recall``).
        articles: By source, the text that its statements were read from; the page shows it with their places marked.
        copies: By statement, others of its party that say the same; they were not judged again.
        left_out: How many judgements a filter left out.
    """

    judgements: tuple[Judgement, ...]
    pairs_considered: int = 0
    model: str = ""
    notes: tuple[str, ...] = ()
    expected_recall: float | None = None
    copies: Mapping[Statement, tuple[Statement, ...]] = field(default_factory=dict, hash=False)
    left_out: int = 0
    articles: Mapping[str, str] = field(default_factory=dict, hash=False)

    @overload
    def __getitem__(self, index: int) -> Judgement: ...
    @overload
    def __getitem__(self, index: slice) -> Report: ...
    def __getitem__(self, index: int | slice) -> Judgement | Report:
        """One judgement, or a Report of several."""
        if isinstance(index, slice):
            return self._with(self.judgements[index])
        return self.judgements[index]

    def _with(self, judgements: tuple[Judgement, ...]) -> Report:
        """The report of these of its judgements."""
        return replace(self, judgements=judgements, left_out=self.pairs_judged - len(judgements))

    def __len__(self) -> int:
        """How many judgements it holds."""
        return len(self.judgements)

    def __iter__(self) -> Iterator[Judgement]:
        """The judgements in input order."""
        return iter(self.judgements)

    def __repr__(self) -> str:
        """What it holds, in a line."""
        counts = ", ".join(f"{n} {stance}" for stance, n in self.counts.items())
        shown = f", {len(self)} of them here" if self.left_out else ""
        judged = f"{self.pairs_judged} of {self.pairs_considered} pairs judged{shown}"
        return f"Report({judged}: {counts}; {len(self.disputes)} disputes)"

    def __str__(self) -> str:
        """The report as plain text."""
        return text.to_text(self.view())

    def _repr_html_(self) -> str:
        return page.fragment(self.view())

    @property
    def pairs_judged(self) -> int:
        """How many pairs were judged."""
        return len(self.judgements) + self.left_out

    @property
    def truncated(self) -> int:
        """How many judgements did not read all of the text."""
        return sum(j.truncated for j in self.judgements)

    @property
    def counts(self) -> dict[Stance, int]:
        """How many judgements of each stance."""
        return {stance: sum(j.stance is stance for j in self.judgements) for stance in Stance}

    @property
    def judges(self) -> dict[str, int]:
        """How many of the judgements are each model's; two models where there is a fallback."""
        counted = Counter(j.model for j in self.judgements)
        return dict(sorted(counted.items(), key=lambda judge: judge[0] != self.model))

    @property
    def parties(self) -> list[str | None]:
        """The parties in the order in which they first appear; None where a statement has none."""
        return parties_of(self.judgements)

    def where(
        self,
        stance: Stance | str | None = None,
        *,
        party: str | tuple[str, str] | None = None,
        min_confidence: float = 0,
    ) -> Report:
        """The judgements that fit, in the same order.

        Args:
            stance: Only this stance.
            party: Only pairs in which this party speaks, or in which these two parties meet.
            min_confidence: Only judgements of at least this confidence, 0 to 1.

        Raises:
            InputError: If there is no such stance or party, or `min_confidence` is not between 0 and 1.
        """
        return self._with(tuple(fitting(self.judgements, stance, party, min_confidence)))

    def ranked(self, stance: Stance | str | None = None) -> Report:
        """The judgements most worth reading first.

        Of one stance, those that are likeliest to be real first. Of all: contradictions, then doubts of what another asserts,
        agreements, and the rest, those first that come nearest to a contradiction. After ``compare``, likely means: as a rule
        reads it that was fitted on complete cases (see ``judging.ranking``).

        Args:
            stance: Only this stance.

        Raises:
            InputError: If there is no such stance.
        """
        return replace(self, judgements=tuple(ranked(self.where(stance))))

    def top(self, n: int, stance: Stance | str = Stance.CONTRADICT) -> Report:
        """The `n` judgements of a stance that are most worth reading, the first one first.

        Raises:
            InputError: If there is no such stance, or `n` is no integer.
        """
        if not isinstance(n, int):
            raise InputError(f"n: expected a number of judgements, got {n!r:.100}")
        return self.ranked(stance)[: max(0, n)]

    @property
    def disputes(self) -> tuple[Dispute, ...]:
        """The matters on which accounts collide, the one most worth reading first, each with its pairs.

        Also the pairs in which a party doubts or denies what another asserts, as 'we are not aware of any help' against 'they
        helped us': they do not contradict each other and are not counted as such (see ``explain.doubt``). Statements of
        ``read_article`` carry the commitment that this needs.
        """
        return tuple(find_disputes(self))

    def matrix(self) -> Matrix:
        """Counts by the two parties of a pair and by stance; (A, B) and (B, A) hold the same, and two that never met 0."""
        return Matrix.of(self.judgements)

    def dispute_matrix(self) -> Counter[tuple[str | None, str | None]]:
        """In how many disputes two parties meet; (A, B) and (B, A) hold the same, and two that never do 0."""
        return Counter(count_disputes(self.disputes))

    def rethreshold(self, *, agree: float = 0.0, contradict: float = 0.0) -> Report:
        """The same scores under other thresholds; nothing is judged again.

        A pair stays AGREE or CONTRADICT only if that score reaches its threshold; otherwise it is UNRELATED. `confidence` is
        then the score of the new stance.

        Args:
            agree: Least score for AGREE, 0 to 1.
            contradict: Least score for CONTRADICT, 0 to 1.

        Raises:
            InputError: If a threshold is not between 0 and 1.
        """
        for name, value in (("agree", agree), ("contradict", contradict)):
            as_threshold(value, name)
        decided = (j.with_stance(stance_for(j, agree=agree, contradict=contradict)) for j in self.judgements)
        return replace(self, judgements=tuple(decided))

    def to_dicts(self) -> list[dict[str, Any]]:
        """Plain nested values, one dictionary a judgement, those most worth reading first.

        Each with its explanation, with who doubts or denies, and with a reader's mark, as far as it has them; the first one of
        a statement with the others that say the same.
        """
        return nested_rows(ranked(self), self.copies)

    @classmethod
    def from_jsonl(cls, source: RowSource, *, marks: RowSource | None = None) -> Report:
        """The report that ``to_jsonl`` wrote, with a reader's marks.

        How many pairs there were to choose from and how they were chosen is not in the file.

        Args:
            source: A path, or rows as ``to_dicts`` gives them.
            marks: What a reader marked on the report page and exported from it: a path or rows. Marks serve
                ``evaluation.evaluate_report`` as gold labels.

        Raises:
            InputError: If a row is neither a judgement nor a mark, or no mark is on a pair of the report; the message names it.
        """
        read, copies = read_judgements(source)
        judgements = with_marks(read, {} if marks is None else read_marks(marks))
        return cls(tuple(judgements), model=judgements[0].model if judgements else "", copies=copies)

    def to_jsonl(self, path: Path | None = None) -> str:
        """The nested dictionaries as JSON lines; also written to `path`, atomically."""
        return _written(path, "".join(json.dumps(d, ensure_ascii=False) + "\n" for d in self.to_dicts()))

    def to_csv(self, path: Path | None = None) -> str:
        """One flat row a judgement as CSV with a header; also written to `path`, atomically.

        A text that a spreadsheet would compute, such as '=1+1', has an apostrophe before it.
        """
        return _written(path, to_csv([flat_row(d) for d in self.to_dicts()]))

    def to_pandas(self) -> pd.DataFrame:
        """One flat row a judgement: text_a, party_a, …, stance, confidence, a column a score, …"""
        import pandas as pd

        return pd.DataFrame([flat_row(d) for d in self.to_dicts()], columns=list(FLAT_COLUMNS))

    def to_dataset(self) -> datasets.Dataset:
        """The rows of ``to_pandas`` as a ``datasets.Dataset``."""
        import datasets

        rows = [flat_row(d) for d in self.to_dicts()]
        return datasets.Dataset.from_dict({name: [row[name] for row in rows] for name in FLAT_COLUMNS})

    def to_html(self, path: Path | None = None, *, title: str | None = None) -> str:
        """The report page: one self-contained HTML file; also written to `path`, atomically."""
        return _written(path, page.to_html(self.view(title=title)))

    def to_markdown(self, path: Path | None = None, *, title: str | None = None) -> str:
        """The disputes with every party's version, and the agreements, for an editor's notes; also written to `path`."""
        return _written(path, markdown.to_markdown(self.view(title=title)))

    def plot(self, kind: Literal["matrix", "timeline", "parties"] = "matrix", *, ax: Any = None) -> Any:
        """A picture of the report, drawn with matplotlib.

        Args:
            kind: 'matrix' (counts by party and party), 'timeline' (statements by date, contradictions as arcs) or 'parties' (a
                graph of who contradicts whom).
            ax: The axes to draw on; None for new ones.

        Returns:
            The axes.

        Raises:
            InputError: If there is no such kind of picture.
            MissingExtraError: If matplotlib is not installed.
        """
        drawers = {"matrix": plots.matrix, "timeline": plots.timeline, "parties": plots.party_graph}
        if kind not in drawers:
            raise InputError(f"kind: expected one of {list(drawers)}, got {kind!r}")
        return drawers[kind](self.view(), ax)

    def view(self, *, title: str | None = None) -> ReportView:
        """What the terminal table, the page and the plots draw from."""
        cells = {(p or "", q or ""): {s.value: n for s, n in c.items()} for (p, q), c in self.matrix().items()}
        shown = ReportView(
            judgements=self.judgements,
            parties=[p or "" for p in self.parties],
            matrix=cells,
            counts={stance.value: n for stance, n in self.counts.items()},
            pairs_considered=self.pairs_considered,
            pairs_judged=self.pairs_judged,
            truncated=self.truncated,
            model=judged_by(self.judges, self.model),
            notes=self.notes,
            articles=self.articles,
            created=dt.datetime.now(dt.UTC).isoformat(timespec="minutes"),
        )
        return shown if title is None else replace(shown, title=title)


def _written(path: Path | None, content: str) -> str:
    if path is not None:
        write_atomically(path, content)
    return content
