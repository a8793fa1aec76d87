from __future__ import annotations

import base64
import hashlib
import json
import re
from dataclasses import replace
from html.parser import HTMLParser
from typing import Any

from stancecheck import Stance
from stancecheck.explain import Caution, CautionReason, Explanation, Reversal
from stancecheck.judging.judge import Evidence
from stancecheck.judging.mark import Mark
from stancecheck.report.render.page import fragment, to_html
from tests.report.render.sample import judgement, many, raid, statement, view_of

HOSTILE = "</script><script>alert(1)</script><!-- <img src=x onerror=alert(1)> {{DATA}} \u2028 \x1b[2J \u202e & \" '"


class Page(HTMLParser):
    """The elements of a page, and the text in each script."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.scripts: list[str] = []
        self._in_script = False
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        self._in_script = tag == "script"
        if self._in_script:
            self.scripts.append("")

    def handle_endtag(self, tag: str) -> None:
        self._in_script = False

    def handle_data(self, data: str) -> None:
        if self._in_script:
            self.scripts[-1] += data


def data_of(html: str) -> Any:
    return json.loads(Page(html).scripts[0])


def hostile_view() -> Any:
    who = statement(HOSTILE, HOSTILE, speaker=HOSTILE, date=HOSTILE, source=HOSTILE, id=HOSTILE)
    reversal = Reversal(HOSTILE, "a", HOSTILE, HOSTILE)
    explanation = Explanation(caution=(CautionReason(Caution.HEDGED, HOSTILE),), reversal=reversal)
    found = judgement(who, statement("plain", "W"), explanation=explanation)
    return view_of([found], title=HOSTILE, model=HOSTILE, notes=(HOSTILE,), created=HOSTILE)


def test_page_loads_nothing_external() -> None:
    page = Page(to_html(raid()))
    assert not any("src" in attributes for _, attributes in page.tags)
    assert not any(tag in ("link", "iframe", "img", "object", "base") for tag, _ in page.tags)
    assert "url(" not in to_html(raid())
    assert "@import" not in to_html(raid())


def test_policy_allows_own_script_only() -> None:
    html = to_html(raid())
    page = Page(html)
    policy = next(a["content"] for t, a in page.tags if t == "meta" and a.get("http-equiv") == "Content-Security-Policy")
    digest = base64.b64encode(hashlib.sha256(page.scripts[1].encode()).digest()).decode()
    assert policy is not None
    assert f"script-src 'sha256-{digest}'" in policy
    assert "default-src 'none'" in policy


def test_markup_in_texts_is_escaped() -> None:
    plain, hostile = Page(to_html(raid())), Page(to_html(hostile_view()))
    assert len(hostile.scripts) == len(plain.scripts) == 2
    assert "img" not in {tag for tag, _ in hostile.tags}
    assert hostile.scripts[1] == plain.scripts[1]
    assert not re.search(r"[<>&\u2028\u2029]", hostile.scripts[0])


def test_control_characters_are_replaced() -> None:
    html = to_html(hostile_view())
    assert not any(c in html for c in "\x1b\u202e\u2028\x00")
    told = data_of(html)["statements"][0]["text"]
    assert told == HOSTILE.replace("\u2028", "\n").replace("\x1b", "␛").replace("\u202e", "\ufffd")


def test_nan_score_leaves_valid_data() -> None:
    scores = dict.fromkeys(Stance, float("nan"))
    html = to_html(view_of([judgement(statement("a", "E"), statement("c", "W"), scores=scores)]))
    assert data_of(html)["judgements"][0]["scores"]["agree"] is None


def test_data_hold_each_statement_once() -> None:
    data = data_of(to_html(raid()))
    assert [j["stance"] for j in data["judgements"]] == ["contradict"] * 6 + ["agree"] * 2 + ["unrelated"] * 5
    assert [j["number"] for j in data["judgements"]] == list(range(1, 14))
    assert len(data["statements"]) == 11
    first = data["judgements"][0]
    text = data["statements"][first["a"]]["text"]
    assert [text[slice(*span[:2])] for span in first["marks"]["a"]] == ["flew no sorties"]


def test_marks_count_utf16_units() -> None:
    text = "👩‍🚀 says: no flights 🛩️ on Friday"
    start = text.index("no flights")
    found = judgement(statement(text, "E"), statement("b", "W"), explanation=Explanation(((start, start + 10, 1.0),)))
    span = data_of(to_html(view_of([found])))["judgements"][0]["marks"]["a"][0]
    assert text.encode("utf-16-le")[2 * span[0] : 2 * span[1]].decode("utf-16-le") == "no flights"


def test_passage_only_where_a_part_decided() -> None:
    evidence = Evidence((5, 9), (0, 1))
    found = judgement(statement("One. Two. Three.", "E"), statement("b", "W"), evidence=evidence)
    row = data_of(to_html(view_of([found])))["judgements"][0]
    assert row["passage"] == {"a": [5, 9], "b": None}


def test_matrix_matches_the_list() -> None:
    data = data_of(to_html(raid()))
    for one, other, counts, _ in data["matrix"]:
        pair = {one, other}
        found = [j for j in data["judgements"] if {data["statements"][j[s]]["party"] for s in "ab"} == pair]
        assert {s: sum(j["stance"] == s for j in found) for s in counts} == counts
    assert sum(sum(counts.values()) for _, _, counts, _ in data["matrix"]) == 13
    assert [row[3] for row in data["matrix"]] == [4, 2, 0]


def test_headline_counts_agree_in_number() -> None:
    told = "Of 13 pairs of statements by 3 parties, 6 contradict each other, in 4 disputes; 2 agree, and 5 do neither."
    assert told in to_html(raid())
    one = view_of([judgement(statement("a", "E"), statement("b", "W"))], pairs_considered=1)
    assert "Of 1 pair of statements by 2 parties, 1 is a contradiction, in 1 dispute; 0 agree" in to_html(one)
    assert "1 of 1 possible pair judged" in to_html(one)
    none = view_of([judgement(statement("a", "E"), statement("b", "W"), "unrelated")], pairs_considered=0, notes=())
    assert "No contradiction was found among 1 pair of statements by 2 parties; 0 agree, and 1 does neither." in to_html(none)
    assert "possible pair" not in to_html(none)


def test_dispute_keeps_its_pairs_together() -> None:
    data = data_of(to_html(raid()))
    assert data["disputes"] == [[0, 1], [2], [3], [4, 5]]
    assert [j["confidence"] for j in data["judgements"][:6]] == [0.972, 0.874, 0.941, 0.913, 0.838, 0.802]


def test_pair_key_is_stable_with_its_mark() -> None:
    keys = {j["key"] for j in data_of(to_html(raid()))["judgements"]}
    assert len(keys) == 13
    some = list(raid().judgements)[5:8]  # Harbour Watch comes first in these
    marked = view_of([replace(j, mark=Mark("real", "two\nlines")) for j in some])
    rows = data_of(to_html(marked))["judgements"]
    assert {j["key"] for j in rows} < keys
    assert rows[0]["mark"] == {"mark": "real", "note": "two\nlines"}


def test_empty_report_renders() -> None:
    for shown in (to_html(view_of([])), fragment(view_of([]))):
        assert "No pairs" in shown


def test_page_of_5000_stays_small() -> None:
    assert len(to_html(many(5000)).encode()) < 4_000_000


def test_fragment_is_static_and_escaped() -> None:
    page = Page(fragment(hostile_view()))
    assert {tag for tag, _ in page.tags}.isdisjoint({"script", "img", "style", "link"})
    assert not any(name.startswith("on") for _, attributes in page.tags for name in attributes)
    assert len(fragment(many(5000, parties=40))) < 60_000


def test_fragment_marks_deciding_words() -> None:
    shown = fragment(raid())
    assert "<u>flew no sorties</u>" in shown
    assert shown.count("Air Marshal Inga Holt") == 2  # she speaks in the leads of two disputes; other pairs are not listed
    assert shown.count("+ 1 on this matter") == 2
    assert "Ferry traffic" not in shown


def test_fragment_without_contradictions() -> None:
    shown = fragment(view_of([judgement(statement("a", "E"), statement("b", "W"), "agree")]))
    assert "No contradiction was found" in shown
    assert "nearest to a contradiction" in shown


def test_only_addresses_become_links() -> None:
    a = statement("a", "E", source="https://example.org/?a=1&b='2'")
    b = statement("b", "W", source="javascript:alert(1)")
    links = [attributes["href"] for tag, attributes in Page(fragment(view_of([judgement(a, b)]))).tags if tag == "a"]
    assert links == ["https://example.org/?a=1&b='2'"]


def test_page_counts_unread_texts() -> None:
    cut = judgement(statement("a", "E"), statement("b", "W"), truncated=True)
    assert "1 pair not read to the end" in to_html(view_of([cut]))
