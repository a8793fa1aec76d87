"""Labelled pairs of statements made by rule, for what writing by hand does not cover.

    python models/training/made_pairs.py --texts own.accounts.jsonl.gz own.affairs.jsonl.gz --pairs 12000 --seed 7 \
        --out runs/made_pairs.jsonl.gz

Words and frames are open lists in made_pairs.toml. A kind has rows of all the labels that it can have, made from the same words
and with either polarity, so that neither a 'not' nor the form of a number tells the label. The rules for the labels are those
of own.accounts: what is asked, wished, reported or not known is neither a fact nor its denial. Rows of the kind own_side cannot
be read without their parties. No label rests on capitals alone: the encoders read text in lower case.
"""

from __future__ import annotations

import argparse
import gzip
import json
import random
import re
import tomllib
from calendar import day_name, month_name
from collections import Counter
from collections.abc import Callable, Iterable
from datetime import date
from pathlib import Path
from typing import Any

import made_amounts as amounts
import made_looks as looks

Row = dict[str, str]
Slots = dict[str, str]
Pair = tuple[str, str]

LISTS = Path(__file__).with_suffix(".toml")
LABELS = ("agree", "contradict", "unrelated")
FIRST_PERSON = re.compile(r"\b(I|me|my|we|us|our|ours|you|your|yours)\b", re.IGNORECASE)
SLOT = re.compile(r"\{(\w+)\}")
# A clause of an action, and the one of another place that stands in for it
LIKE = {"p": "e", "p2": "e", "pd2": "e", "n": "f", "n2": "f", "nd2": "f", "yes2": "yes_e", "no2": "no_e", "nod2": "no_e"}
LIKE |= {"past2": "past_e"}


def sentence(text: str) -> str:
    """Text with capitals at its sentences' beginnings and an end mark."""
    text = re.sub(r"(^|(?<!\.m)[.?!] )([a-z])", lambda m: m[1] + m[2].upper(), re.sub(r"\s+", " ", text).strip())
    return text if text[-1] in ".?!" else text + "."


class Words:
    """Draws names and frames from the lists."""

    def __init__(self, lists: dict[str, Any], seed: int) -> None:
        self.lists, self.rng = lists, random.Random(seed)

    def chance(self, share: float) -> bool:
        return self.rng.random() < share

    def two(self, options: list[Any]) -> list[Any]:
        """Two entries that differ, or the only one twice."""
        return self.rng.sample(options, 2) if len(options) > 1 else options * 2

    def turned(self, pair: list[Any]) -> list[Any]:
        """A pair in either order."""
        return pair[::-1] if self.chance(0.5) else pair

    def name(self, slot: str) -> str:
        """An invented name of a kind; a figure after the kind is for a second one."""
        names, kind = self.lists["names"], slot.rstrip("2")
        if kind == "person":
            return f"{self.rng.choice(names['first'])} {self.rng.choice(names['last'])}"
        if kind in names:
            return str(self.rng.choice(names[kind]))
        place = str(self.rng.choice(names["place_start"])) + str(self.rng.choice(names["place_end"]))
        return {"place": place, "company": f"{place} {self.rng.choice(names['company_end'])}"}[kind]

    def fill(self, text: str, slots: Slots | None = None) -> str:
        """Text with names in place of its slots; a slot that is not given is drawn anew each time."""
        given = slots or {}
        return SLOT.sub(lambda m: given[m[1]] if m[1] in given else self.name(m[1]), text)

    def fill_both(self, texts: Iterable[str], slots: Slots | None = None) -> Pair:
        """Two texts with the same names in the same slots."""
        a, b = texts
        given = dict(slots or {})
        given |= {slot: self.name(slot) for slot in dict.fromkeys(SLOT.findall(a + b)) if slot not in given}
        return self.fill(a, given), self.fill(b, given)

    def framed(self, frames: dict[str, Any], label: str, slots: Slots, elsewhere: Slots) -> Pair:
        """A frame of the label filled. Half of the unrelated pairs are frames of the other labels whose second text speaks of
        something else: `elsewhere` names the slots that then stand in for those of one thing.
        """
        a, b = self.rng.choice(frames[label])
        if label == "unrelated" and self.chance(0.5):
            a, b = self.rng.choice(frames["agree"] + frames["contradict"])
            if not set(SLOT.findall(b)) & set(elsewhere):
                a, b = b, a
            b = SLOT.sub(lambda m: f"{{{elsewhere.get(m[1], m[1])}}}", b)
        return self.fill_both([a, b], slots)


class Deeds(Words):
    """Who did what: one action and its denial, reported, asked, planned or done to another."""

    def action(self) -> tuple[list[list[str]], list[str]]:
        """A verb and its synonym, each in three forms, and two objects of a kind."""
        verb, other, objects = re.split(" = | : ", self.rng.choice(self.lists["actions"]["rows"]))
        things = self.two(objects.split(" | ")) if self.chance(0.5) else [self.rng.choice(objects.split(" | "))] * 2
        return self.turned([verb.split("/"), other.split("/")]), [self.fill(thing) for thing in things]

    def clause(self, who: str, forms: list[str], thing: str, holds: bool, when: str) -> str:
        """'who did thing' or its opposite, now and then in the passive voice."""
        base, past, pp = forms
        was, thing = ("were" if thing.endswith("*") else "was"), thing.rstrip("*")
        if self.chance(0.35):
            return f"{thing} {was} {'' if holds else 'not '}{pp} by {who} {when}".strip()
        return f"{who} {past if holds else 'did not ' + base} {thing} {when}".strip()

    def deed(self, when: bool) -> Slots:
        """The slots of made_pairs.toml's [[acts]], over one action; all clauses with one time, if there is to be one."""
        rng, ((one, two), (here, there)), (more, (other, _)) = self.rng, self.action(), self.action()
        who, whom, third = (self.fill(s) for s in rng.sample(self.lists["subjects"]["any"], 3))
        tail = rng.choice(self.lists["subjects"]["tails"]) if when else ""
        day, day2 = (f"on {d} {rng.choice(list(month_name)[1:])}" for d in rng.sample(range(1, 29), 2))
        holds, thing, elsewhere = self.chance(0.5), here.rstrip("*"), there.rstrip("*")
        slots = {"S": who, "R": whom, "X": third, "day": day, "day2": day2}
        slots["Y"] = self.fill(rng.choice(self.lists["subjects"]["agent"]))
        for name, value in (("p", holds), ("n", not holds), ("yes", True), ("no", False)):
            slots |= {name: self.clause(who, one, here, value, tail), name + "2": self.clause(who, two, here, value, tail)}
            slots |= {name + "d": self.clause(who, one, here, value, day), name + "d2": self.clause(who, two, here, value, day)}
        for name, value in (("e", holds), ("f", not holds), ("yes_e", True), ("no_e", False)):
            slots[name] = self.clause(who, two, there, value, tail)
        slots |= {"o": self.clause(who, more[0], other, self.chance(0.5), ""), "r": self.clause(whom, one, here, True, "")}
        slots |= {"ne2": self.clause(who, two, here, not holds, day2), "q": f"did {who} {one[0]} {thing} {tail}".strip()}
        slots |= {"ans_p": "yes" if holds else "no", "ans_n": "no" if holds else "yes", "perf": f"{one[2]} {thing}"}
        slots |= {"inf": f"{one[0]} {thing}", "inf2": f"{two[0]} {thing}", "inf_e": f"{two[0]} {elsewhere}"}
        return slots | {"past": f"{one[1]} {thing}", "past2": f"{two[1]} {thing}", "past_e": f"{two[1]} {elsewhere}"}

    def act(self, kind: str, label: str) -> Pair:
        return self.framed(self.lists["acts"][kind], label, self.deed(kind != "other_event"), LIKE)

    def position(self, table: str, label: str) -> Pair:
        """Plans, duties and promises against one another; each is neither to the fact itself."""
        slots, rows = self.deed(False), self.lists["positions"]
        table = "facts" if table == "promise" and self.chance(0.35) else table
        one, other = (side.split(" ; ") for side in self.turned(self.rng.choice(rows[table]).split(" | ")))
        a, b = self.two(one) if label == "agree" else (self.rng.choice(one), self.rng.choice(other))
        if label != "unrelated":
            return self.fill_both([a, b.replace("{inf}", "{inf2}")], slots)
        if table == "facts" or "{S} is able to {inf}" in one + other or self.chance(0.5):
            return self.fill_both([a, self.rng.choice([*one, b]).replace("{inf}", "{inf_e}")], slots)
        return self.fill_both([self.rng.choice([a, a, self.rng.choice(rows["open"])]), "{p2}"], slots)

    def roles(self, label: str) -> Pair:
        verb, verb2 = (v.split("/") for v in self.two(self.lists["roles"]["verbs"]))
        agents = [self.fill(a) for a in self.rng.sample(self.lists["subjects"]["agent"], 4)]
        times = ["last year", "in March", "on 3 June", "during the strike", "in the second week of the trial"]
        slots = dict(zip(["A", "B", "C", "D", "past", "pp", "past2", "pp2"], [*agents, *verb, *verb2], strict=True))
        return self.framed(self.lists["roles"], label, slots | {"t": self.rng.choice(times)}, {"A": "C", "B": "D", "C": "A"})

    def own_side(self, label: str) -> tuple[str, str, str, str]:
        """Two texts and the parties that say them."""
        a, b = self.name("place"), self.name("place")
        crowd, verbs = self.rng.choice(self.lists["own_side"]["rows"]).split(" : ")
        verb, other = (self.turned(v.split("/")) for v in self.two(verbs.split(" | ")))
        slots = dict(zip(["A", "B", "C", "v", "nv", "w", "nw"], [a, b, crowd, *verb, *other], strict=True))
        return *self.fill_both(self.framed(self.lists["own_side"], label, slots, {"v": "w", "nv": "nw"})), a, b


class Qualities(Words):
    """Words and their opposites, and what is said of all, some or none."""

    def prefixes(self, label: str) -> Pair:
        words, things = self.rng.choice(self.lists["prefixes"]["rows"]).split(" : ")
        (x, y), (thing, thing2) = self.turned(words.split("/")), self.two(things.split(" | "))
        topic, verb = self.rng.choice(self.lists["topics"]["rows"]), self.rng.choice(["is", "was"])
        slots = {"N": self.fill(thing), "M": self.fill(thing2), "is": verb, "x": x, "y": y, "z": self.fill(topic)}
        return self.framed(self.lists["adjectives"], label, slots, {"N": "M"})

    def evaluation(self, label: str) -> Pair:
        words, things = self.rng.choice(self.lists["evaluations"]["rows"]).split(" : ")
        (g, h), (b, _) = (self.two(side.split(", ")) for side in self.turned(words.split(" | ")))
        thing, thing2 = (self.fill(t) for t in self.two(things.split(" | ")))
        return self.framed(self.lists["evaluations"], label, {"N": thing, "M": thing2, "g": g, "h": h, "b": b}, {"N": "M"})

    def exceptions(self, label: str) -> Pair:
        row, row2 = self.two(self.lists["groups"]["rows"])
        group, members, verbs = row.split(" : ")
        verb, verb2 = (v.split("/") for v in self.two(verbs.split(" | ")))
        other, others, other_verbs = row2.split(" : ")
        slots = dict(zip(["E", "F", "v", "nv", "w", "nw"], [*self.two(members.split(", ")), *verb, *verb2], strict=True))
        slots |= {"G": group, "H": other, "K": others.split(", ")[0], "w2": other_verbs.split("/")[0]}
        return self.fill_both(self.framed(self.lists["groups"], label, slots, {"v": "w", "nv": "nw"}))

    def quantifiers(self, label: str) -> Pair:
        crowd, verbs = self.rng.choice(self.lists["crowds"]["rows"]).split(" : ")
        (v, nv), (w, _) = (verb.split("/") for verb in self.two(verbs.split(" | ")))
        k = self.rng.randint(4, 60)
        numbers = {"k": self.rng.choice(amounts.count_forms(k)), "two_k": self.rng.choice(amounts.count_forms(2 * k))}
        slots = {"C": self.fill(crowd), "D": self.fill(crowd), "w": w, "v": v, "nv": nv}
        return self.fill_both(self.framed(self.lists["crowds"], label, slots | numbers, {"C": "D"}))

    def lists_of(self, label: str) -> Pair:
        """Several things, and one of them."""
        slots: Slots = {}
        names = ["lead", "neg", "a", "b", "c", "d"]
        for mark, row in zip(["", "2"], self.two(self.lists["listed"]["rows"]), strict=True):
            lead, negative, things = row.split(" : ")
            slots |= {
                name + mark: text
                for name, text in zip(names, [lead, negative, *self.rng.sample(things.split(", "), 4)], strict=True)
            }
        return self.fill_both(self.framed(self.lists["listed"], label, slots, {name: name + "2" for name in names}))


class Numbers(Words):
    """Amounts, times, dates, bounds and sums, in frames of one thing each."""

    def number(self, n: int) -> str:
        return self.rng.choice(amounts.count_forms(n))

    def measured(self, table: str, label: str, same: list[str], others: list[str]) -> Pair:
        """Variants of one frame with two forms of one value, or with two values; or of two places, or of two matters."""
        frame, frame2 = self.two(self.lists["measures"][table])
        variants = frame.split(" | ")
        a, b = self.two(variants) if self.chance(0.6) else [self.rng.choice(variants)] * 2
        x, y = self.two(same) if label == "agree" else (self.rng.choice(same), self.rng.choice(others))
        y = self.rng.choice([y, *same]) if label == "unrelated" else y
        if label == "unrelated":
            b = frame2.split(" | ")[0] if self.chance(0.35) else re.sub(r"\{(?!x\})(\w+)\}", r"{\g<1>2}", b)
        return self.fill_both([a.replace("{x}", x), b.replace("{x}", y)])

    def equivalents(self, table: str, label: str) -> Pair:
        return self.measured(table, label, *self.two(self.lists["equivalents"][table]))

    def amount(self, label: str) -> Pair:
        rng, table = self.rng, self.rng.choice(["count", "count", "money", "money", "percent", "length", "weight"])
        if table == "percent":
            return self.equivalents(table, label)
        if table == "count":
            n = amounts.drawn_count(rng)
            return self.measured(table, label, amounts.count_forms(n), amounts.count_forms(amounts.near_miss(rng, n)))
        n = rng.choice([15, 25, 10 * rng.randint(2, 40), 10 * rng.randint(2, 900), rng.randint(5, 99)])
        m = rng.choice([amounts.near_miss(rng, n), amounts.near_miss(rng, n), n * 10, n * 1000])
        if table == "money":
            unit, currency = rng.choice([1000, 100_000, 100_000]), rng.choice(["euro", "dollar", "pound"])
            return self.measured(table, label, *(amounts.money_forms(x * unit, currency) for x in (n, m)))
        units = [["metres", "m"], ["km", "kilometres"]] if table == "length" else [["kilos", "kg"], ["tonnes", "metric tons"]]
        return self.measured(table, label, *(amounts.metric_forms(x * 100, *units) for x in (n, m)))

    def clock(self, label: str) -> Pair:
        rng = self.rng
        hours, minutes = [*range(6, 12), *range(13, 23)], [0, 10, 15, 20, 30, 45]
        hour, minute = rng.choice(hours), rng.choice(minutes)
        near = [h for h in hours if h != hour and (abs(h - hour) in (1, 2, 12))]
        other = (hour, rng.choice([m for m in minutes if m != minute])) if self.chance(0.3) else (rng.choice(near), minute)
        if self.chance(0.8):
            return self.measured("clock", label, amounts.clock_forms(hour, minute), amounts.clock_forms(*other))
        shift = rng.choice([1, 2, 3, -5])
        right, wrong = amounts.zone_forms(hour, minute, shift)
        if label == "agree" and self.chance(0.5):  # one zone in two forms, as the wrong moments share theirs
            right = [f"{form} local time (UTC{shift:+d})" for form in amounts.clock_forms(hour, minute)]
        return self.measured("clock", label, right if label != "contradict" else right[:1], wrong)

    def dates(self, label: str) -> Pair:
        day = date(self.rng.randint(2024, 2033), self.rng.randint(1, 12), self.rng.randint(1, 28))
        other = day.replace(day=(day.day + self.rng.choice([1, 2, 10])) % 28 + 1)
        other = self.rng.choice([other, day.replace(month=day.month % 12 + 1)])
        return self.measured("date", label, amounts.date_forms(day), amounts.date_forms(other))

    def bounds(self, label: str) -> Pair:
        rng, pairs = self.rng, self.lists["bounds"]
        low = rng.choice([10 * rng.randint(2, 9), 100 * rng.randint(1, 9), 1000 * rng.randint(1, 9)])
        near = low + low * rng.choice([-2, -1, 1, 2]) // 100 if low >= 100 else low + rng.choice([-1, 1])
        values = {"l": low, "h": low * 2, "i": low + low * rng.randint(2, 8) // 10, "n": near}
        values |= {"u": low - low // rng.randint(3, 5), "o": low * 2 + low // rng.randint(2, 4)}
        elsewhere = label == "unrelated" and self.chance(0.5)
        pair = rng.choice(pairs["agree"] + pairs["contradict"] if elsewhere else pairs[label])
        x, y = self.fill(pair, {key: self.number(n) for key, n in values.items()}).split(" | ")
        return self.measured("count", label if elsewhere else "contradict", [x], [y])

    def sums(self, label: str) -> Pair:
        rng, measures = self.rng, self.lists["measures"]
        a, b = rng.sample(range(2, 60), 2)
        off = rng.choice([1, 2, 3, 10]) if label == "contradict" else 0
        frame = rng.choice(["casualties", "casualties", "elections"])
        scene = rng.choice(measures[frame])
        here, there = self.fill(scene), self.fill(scene)
        where = there if label == "unrelated" else here
        if frame == "elections":
            first = f"of the {self.number(a + b)} seats on {here}, the Greens won {self.number(a)} and the Liberals the rest"
            return first, f"the Liberals have {self.number(b + off)} seats on {where}"
        one, two, every = rng.choice(measures["kinds_of_people"]).split("/")
        first = f"after {here}, {self.number(a)} {one} and {self.number(b)} {two} were counted"
        if self.chance(0.3):
            return first, f"after {where}, the number of {one} was put at {self.number(a + off)}"
        return first, f"the total of {every} after {where} is {self.number(a + b + off)}"

    def time_change(self, label: str) -> Pair:
        rng, states = self.rng, self.lists["states"]
        if self.chance(0.5):
            thing, n = self.fill(rng.choice(self.lists["measures"]["gauges"])), amounts.drawn_count(rng)
            when, later = self.two(states["times"])
            m, then = (n if label == "agree" else amounts.near_miss(rng, n)), (later if label == "unrelated" else when)
            return f"{when} there were {self.number(n)} {thing}", f"there were {self.number(m)} {thing} {then}"
        thing, *sides = self.fill(rng.choice(states["rows"])).split("/")
        (x, y), (day, day2) = self.turned(sides), self.two(list(day_name)[:5])
        return self.fill_both(rng.choice(states[label]), {"T": thing, "x": x, "y": y, "day": day, "day2": day2})


class Maker(Deeds, Qualities, Numbers):
    """Every kind is one function that makes a pair for a label."""

    def __init__(self, lists: dict[str, Any], texts: list[list[str]], seed: int) -> None:
        super().__init__(lists, seed)
        self.texts, self.long = texts, [source for source in texts if len(source) > 3]
        kinds = (self.roles, self.prefixes, self.evaluation, self.exceptions, self.quantifiers, self.lists_of, self.amount)
        kinds += (self.clock, self.dates, self.bounds, self.sums, self.time_change)
        kinds += (self.surface, self.containment, self.long_text, self.case_words)
        self.kinds: dict[str, Callable[[str], Pair]] = {kind.__name__: kind for kind in kinds}
        self.kinds |= {kind: lambda label, kind=kind: self.act(kind, label) for kind in lists["acts"]}
        self.kinds |= {kind: lambda label, kind=kind: self.position(kind, label) for kind in ("modal", "promise")}
        self.kinds["duration"] = lambda label: self.equivalents("duration", label)

    def real(self) -> str:
        return self.rng.choice(self.rng.choice(self.texts))

    def elsewhere(self, text: str) -> str:
        """A real sentence with few words of the text."""
        return min((self.real() for _ in range(12)), key=lambda other: looks.overlap(other, text))

    def statement(self) -> Pair:
        """A sentence, real or made, and one that contradicts it."""
        for _ in range(self.rng.choice([0, 60])):
            text = self.real()
            other = looks.changed(self.rng, text)
            if other:
                return text, other
        kind = self.rng.choice(["negation", "amount", "evaluation", "dates", "roles", "exceptions", "clock"])
        a, b = self.kinds[kind]("contradict")
        return sentence(a), sentence(b)

    def surface(self, label: str) -> Pair:
        """A text with itself, with its opposite and with another, each in any look."""
        text, opposite = self.statement()
        if label == "agree" and self.chance(0.4):
            text = self.real()
        other = {"agree": text, "contradict": opposite, "unrelated": self.elsewhere(text)}[label]
        return looks.new_look(self.rng, text), looks.new_look(self.rng, other)

    def passage(self) -> tuple[list[str], int, str]:
        """Three to eight sentences, of one source or not, the place of one of them and one that contradicts it."""
        size = self.rng.randint(3, 8)
        for _ in range(self.rng.choice([0, 100]) if self.long else 0):
            source = self.rng.choice(self.long)
            start = self.rng.randint(0, max(0, len(source) - size))
            sentences = source[start : start + size]
            at = self.rng.randrange(len(sentences))
            opposite = looks.changed(self.rng, sentences[at])
            if opposite:
                return sentences, at, opposite
        text, opposite = self.statement()
        sentences = [s for s in (self.statement()[0] for _ in range(size - 1)) if s not in (text, opposite)]
        at = self.rng.randint(0, len(sentences))
        return [*sentences[:at], text, *sentences[at:]], at, opposite

    def containment(self, label: str) -> Pair:
        """A longer text, and a sentence that it holds, contradicts or does not speak of."""
        sentences, at, opposite = self.passage()
        text, opposite = self.turned([sentences[at], opposite])
        whole = " ".join([*sentences[:at], text, *sentences[at + 1 :]])
        other = self.elsewhere(whole)
        while other in (*sentences, text, opposite) or self.chance(0.5):
            other = self.statement()[0]
        return whole, {"agree": text, "contradict": opposite, "unrelated": other}[label]

    def long_text(self, label: str) -> Pair:
        """A longer text with itself, with a sentence more, with one sentence's opposite, or with another one."""
        sentences, at, opposite = self.passage()
        text, opposite = self.turned([sentences[at], opposite])
        whole = [*sentences[:at], text, *sentences[at + 1 :]]
        other = [*sentences[:at], opposite, *sentences[at + 1 :]]
        second = {"agree": list(whole), "contradict": other, "unrelated": self.passage()[0]}[label]
        if self.chance(0.7):
            second.insert(self.rng.choice([0, len(second)]), self.rng.choice(self.lists["lead"]["filler"]))
        return " ".join(whole), " ".join(second)

    def case_words(self, label: str) -> Pair:
        return self.fill_both(self.rng.choice(self.lists["senses"][label]))

    def dress(self, text: str) -> str:
        """A sentence, at times with short forms, a lead or a following sentence that says nothing on the matter."""
        if self.chance(0.12):
            text = looks.contracted(self.rng, text)
        if "?" not in text and self.chance(0.12):
            text = self.rng.choice(self.lists["lead"]["plain"]) + text
        return sentence(text) + (" " + self.rng.choice(self.lists["lead"]["filler"]) if self.chance(0.1) else "")

    def row(self, kind: str, label: str) -> Row:
        """One row of a kind with a label; without parties where both sides say the same of 'us'."""
        if kind == "own_side":
            a, b, party_a, party_b = self.own_side(label)
        else:
            a, b = self.kinds[kind](label)
            party_a, party_b = (self.fill(party) for party in self.two(self.lists["subjects"]["party"]))
            if label != "unrelated" and FIRST_PERSON.search(a) and FIRST_PERSON.search(b):
                party_a = party_b = ""
        if kind not in ("surface", "containment", "long_text"):
            a, b = self.dress(a), self.dress(b)
        (a, party_a), (b, party_b) = self.turned([(a, party_a), (b, party_b)])
        return {"a": a, "b": b, "label": label, "kind": kind, "party_a": party_a, "party_b": party_b}

    def rows(self, pairs: int) -> list[Row]:
        """So many rows, no two alike, with the shares of labels and the weights of kinds that the lists ask for."""
        share, weight = self.lists["share"], self.lists["weight"]
        kinds = [*self.kinds, "own_side"]
        weights = {label: [weight.get(k, 1.0) * (k != "case_words" or label == "unrelated") for k in kinds] for label in LABELS}
        made: dict[Pair, Row] = {}
        while len(made) < pairs:
            label = self.rng.choices(LABELS, [share[name] for name in LABELS])[0]
            row = self.row(self.rng.choices(kinds, weights[label])[0], label)
            if label == "agree" or row["a"].lower() != row["b"].lower():
                made.setdefault((row["a"], row["b"]), row)
        return list(made.values())


def show(rows: list[Row]) -> None:
    """The table of kinds and labels, and three rows of each kind."""
    table = Counter((row["kind"], row["label"]) for row in rows)
    kinds = sorted({row["kind"] for row in rows})
    for kind in kinds:
        print(f"{kind:16}", *(f"{table[kind, label]:6}" for label in LABELS))
    print(f"{'all':16}", *(f"{sum(table[kind, label] for kind in kinds):6}" for label in LABELS))
    for kind in kinds:
        for row in [r for r in rows if r["kind"] == kind][:3]:
            print(f"\n[{kind}: {row['label']}]\n  {row['party_a']}: {row['a']}\n  {row['party_b']}: {row['b']}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--texts", type=Path, nargs="+", required=True, help="rows with statements, a and b, or text")
    parser.add_argument("--pairs", type=int, default=12000)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--out", type=Path, required=True)
    args = parser.parse_args()
    lists = tomllib.loads(LISTS.read_text(encoding="utf-8"))
    rows = Maker(lists, looks.load_texts(args.texts), args.seed).rows(args.pairs)
    args.out.parent.mkdir(parents=True, exist_ok=True)
    with gzip.open(args.out, "wt", encoding="utf-8") as out:
        out.writelines(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
    show(rows)


if __name__ == "__main__":
    main()
