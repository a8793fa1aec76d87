"""Training rows as a model reads them: which text comes first, who speaks, tokens, and batches of like length."""

from __future__ import annotations

import random
from pathlib import Path

import torch
from rows import Row, read_rows
from tokenizers import Encoding, Tokenizer
from torch import Tensor

WITH_PARTY, WITH_DATE, RENAMED = 0.55, 0.3, 0.3  # of rows that have parties; of those with party; of those with party
NAMED_IN = ("own.acc", "own.aff", "made")  # sets with invented parties, whose names stand in for others
PART = 8000  # rows that are sorted by length together
IGNORED = -1.0


def spoken(text: str, party: str | None, date: str | None) -> str:
    """The statement as the judge reads it: 'Party: text', 'Party, date: text', or the text alone."""
    if not party:
        return text
    return f"{party}, {date}: {text}" if date else f"{party}: {text}"


def two_texts(row: Row, names: list[str], rng: random.Random) -> tuple[str, str, bool]:
    """Both statements of a row in the order drawn, with or without who speaks and when, and whether they were swapped."""
    a, b = row["a"], row["b"]
    if "nli" in row:
        return a, b, False
    parties = [row.get("party_a"), row.get("party_b")]
    dates = [row.get("date_a") or row.get("date"), row.get("date_b") or row.get("date")]
    if not all(parties) or rng.random() > WITH_PARTY:
        parties = [None, None]
    elif rng.random() < RENAMED and len(names) > 1:
        for side, (old, new) in enumerate(zip(parties, rng.sample(names, 2), strict=True)):
            a, b, parties[side] = a.replace(old, new), b.replace(old, new), new
    if rng.random() > WITH_DATE:
        dates = [None, None]
    first, second = spoken(a, parties[0], dates[0]), spoken(b, parties[1], dates[1])
    return (second, first, True) if rng.random() < 0.5 else (first, second, False)


class Tokens:
    """Tokenised texts or pairs, padded batch by batch."""

    def __init__(self, encoded: list[Encoding]) -> None:
        self.ids = [e.ids for e in encoded]
        self.types = [e.type_ids for e in encoded]

    def batches(self, budget: int, seed: int) -> list[list[int]]:
        """Rows of like length together, at most `budget` tokens; sorted within parts of the file only."""
        rng, made = random.Random(seed), []
        for start in range(0, len(self.ids), PART):
            current: list[int] = []
            part: list[list[int]] = []
            for i in sorted(range(start, min(start + PART, len(self.ids))), key=lambda i: len(self.ids[i])):
                if current and (len(current) + 1) * len(self.ids[i]) > budget:
                    part.append(current)
                    current = []
                current.append(i)
            part.append(current)
            rng.shuffle(part)
            made += part
        return made

    def padded(self, batch: list[int], pad: int, device: torch.device) -> tuple[Tensor, Tensor, Tensor]:
        """Ids, mask and types. Shape of each: (rows, tokens)."""
        longest = max(len(self.ids[i]) for i in batch)
        ids = torch.tensor([self.ids[i] + [pad] * (longest - len(self.ids[i])) for i in batch])
        types = torch.tensor([self.types[i] + [0] * (longest - len(self.types[i])) for i in batch])
        lengths = torch.tensor([len(self.ids[i]) for i in batch])
        mask = (torch.arange(longest)[None, :] < lengths[:, None]).long()
        return ids.to(device), mask.to(device), types.to(device)


class Data(Tokens):
    """Training rows in the order of the file, with their targets.

    Attributes:
        targets: By row: the labels' probabilities for the NLI head and for the stance head, and a teacher's for both; IGNORED
            where there are none. Shape: (rows, 4, 3).
        singles: The single statements, if they are wanted.
    """

    def __init__(self, path: Path, tokenizer: Tokenizer, max_tokens: int, seed: int, singles: int = 0) -> None:
        rows = list(read_rows(path))
        rng = random.Random(seed)
        names = sorted({r["party_a"] for r in rows if r.get("party_a") and r["set"].startswith(NAMED_IN)})
        tokenizer.enable_truncation(max_tokens)
        tokenizer.no_padding()
        drawn = [two_texts(row, names, rng) for row in rows]
        super().__init__(tokenizer.encode_batch([(a, b) for a, b, _ in drawn]))
        self.targets = torch.tensor([targets_of(row, swapped) for row, (_, _, swapped) in zip(rows, drawn, strict=True)])
        texts = sorted({row[side] for row in rows for side in "ab"}) if singles else []
        self.singles = Tokens(tokenizer.encode_batch(rng.sample(texts, min(singles, len(texts)))))


def targets_of(row: Row, swapped: bool) -> list[list[float]]:
    """What the row teaches. Shape: (4, 3).

    Raises:
        SystemExit: If nobody labelled the row, and no teacher judged it.
    """
    none = [IGNORED] * 3
    teacher = row.get("teacher")
    if teacher is None and not ("nli" in row or "stance" in row):
        raise SystemExit(f"a row of {row['set']} has neither a label nor a teacher's probabilities: run distil.py first")
    soft = [teacher["backward" if swapped else "forward"], teacher["stance"]] if teacher else [none, none]
    return [row.get("nli", none), row.get("stance", none), *soft]
