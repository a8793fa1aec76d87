"""Pairs about who stands behind a statement: claimed, doubted, denied, confirmed or refuted is not the same as stated.

    python models/training/commitment.py --pairs runs/base/labelled.jsonl.gz --out runs/base/commitment.jsonl.gz

The labelled sets hardly hold such pairs, and news is full of them: 'it is claimed that the bridge fell' neither says nor denies
that the bridge fell. Plain statements of the pairs are put into sentences of our own writing:

- open: claimed, rumoured, asked, not known: neutral towards the statement, in both directions;
- confirmed: admitted, known, a fact: the statement follows;
- refuted: false, a hoax, made up, denied by the other party: contradicts it, in both directions.

And a labelled pair stays what it is if its premise is confirmed, and becomes neutral if its premise is only claimed.
"""

from __future__ import annotations

import argparse
import random
import re
from collections.abc import Iterator
from pathlib import Path

from negatives import write_counts
from prepare import read_rows, write_rows

OPEN = (
    "It is claimed that {s}.",
    "Reports say that {s}, but nobody has confirmed them.",
    "Unconfirmed reports: {S}",
    "{S}, according to unconfirmed reports.",
    "It is alleged that {s}.",
    "There are rumours that {s}.",
    "Is it true that {s}?",
    "Could it be that {s}?",
    "Report: {S}",
    "A website claims that {s}.",
    "Officials are looking into claims that {s}.",
    "Police could not say whether {s}.",
    "It is not known whether {s}.",
    "Nobody has confirmed so far that {s}.",
    "The ministry says that it has no information on whether {s}.",
    "A spokeswoman said that she was not aware that {s}.",
    "The spokesman would not comment on reports that {s}.",
    "Critics accuse them of saying that {s}.",
    "One witness thinks that {s}; another is not so sure.",
    "She asked whether {s}.",
    "He doubts that {s}.",
    "Some people believe that {s}.",
    "If {s}, much will have to change.",
    "{S}, a man who says he was there told a reporter.",
    "Investigators want to find out if {s}.",
    "'{S}', the post reads.",
)
CONFIRMED = (
    "It is confirmed that {s}.",
    "Officials confirmed on Tuesday that {s}.",
    "It turned out that {s}.",
    "The ministry admitted that {s}.",
    "As everybody knows by now, {s}.",
    "It is a fact that {s}.",
    "The investigation has proved that {s}.",
    "People are glad that {s}.",
    "They had not been told that {s}, though it is so.",
    "Confirmed: {S}",
)
REFUTED = (
    "The government denies that {s}.",
    "The company has rejected the accusation that {s}.",
    "It is not true that {s}.",
    "The claim that {s} is false.",
    "The story that {s} was made up.",
    "It turned out to be a hoax that {s}.",
    "Contrary to what was said, it is not the case that {s}.",
    "No, it never happened that {s}.",
    "The report that {s} has been proved wrong.",
    "Fact check: the claim that {s} is a fake.",
    "It was a mistake to believe that {s}: the opposite is true.",
)
SOURCES = ("nli.lingnli.", "nli.wanli.", "nli.fever_nli", "nli.vitaminc.test_real", "nli.fm2")
LOWERED = frozenset(
    re.findall(
        r"\w+",
        """the a an it there in on at this that these those his her their its he she they we many some all most several two
        three four five no one when after before during for by from with""",
    )
)

Row = dict[str, str]


def plain(text: str) -> bool:
    """Whether it is one statement that can stand in a subordinate clause."""
    words = text.split()
    fits = 4 <= len(words) <= 24 and text[0].isupper() and text.endswith(".") and not text.endswith("...")
    return fits and not re.search(r"[\"“”?!:;()\[\]]|\. |\b(I|you|You|However|But|And|So)\b", text)


def put(template: str, text: str) -> str:
    """The statement in the template, with its first word in lower case where the word is no name."""
    bare = text.removesuffix(".").rstrip()
    first, _, rest = bare.partition(" ")
    lowered = f"{first.lower()} {rest}" if first.lower() in LOWERED else bare
    made = template.format(s=lowered, S=bare)
    return made if made.endswith((".", "?", "'")) else made + "."


def about(text: str, rng: random.Random) -> Iterator[Row]:
    """One open, one confirmed and one refuted version with the statement itself."""
    for templates, label, both_ways in (
        (OPEN, "neutral", True),
        (CONFIRMED, "entailment", False),
        (REFUTED, "contradiction", True),
    ):
        pair = [put(rng.choice(templates), text), text]
        if both_ways:
            rng.shuffle(pair)
        yield {"a": pair[0], "b": pair[1], "label": label, "set": "own.commitment"}


def commitment_pairs(rows: list[Row], statements: int, premises: int, rng: random.Random) -> list[Row]:
    """Pairs in random order.

    Args:
        rows: Labelled pairs.
        statements: How many statements are taken; each gives three pairs.
        premises: How many labelled pairs are taken; each gives two.
        rng: Chooses.
    """
    rows = [row for row in rows if row["set"].startswith(SOURCES)]
    known = sorted({text for row in rows for text in (row["a"], row["b"]) if plain(text)})
    made = [pair for text in rng.sample(known, min(statements, len(known))) for pair in about(text, rng)]
    usable = [row for row in rows if plain(row["a"])]
    for row in rng.sample(usable, min(premises, len(usable))):
        confirmed, claimed = (put(rng.choice(templates), row["a"]) for templates in (CONFIRMED, OPEN))
        made.append({"a": confirmed, "b": row["b"], "label": row["label"], "set": "own.commitment"})
        made.append({"a": claimed, "b": row["b"], "label": "neutral", "set": "own.commitment"})
    rng.shuffle(made)
    return made


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pairs", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--statements", type=int, default=3000)
    parser.add_argument("--premises", type=int, default=1500)
    parser.add_argument("--seed", type=int, default=11)
    args = parser.parse_args()
    rows = list(read_rows(args.pairs))
    made = commitment_pairs(rows, args.statements, args.premises, random.Random(args.seed))
    write_rows(args.out, made)
    licence = {"own.commitment": "as the sets above that its statements come from"}
    write_counts(args.out.with_name("commitment-counts.json"), made, licence)
    print(f"{len(made):,} rows -> {args.out}")


if __name__ == "__main__":
    main()
