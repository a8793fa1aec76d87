"""language: English is never taken for another language, and another language not for English."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from stancecheck.data.language import letter_groups, unreadable
from stancecheck.data.notes import Note

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def groups() -> frozenset[str]:
    return letter_groups(json.loads((ROOT / "models/stancecheck-mini/tokenizer.json").read_text())["model"]["vocab"])


@pytest.mark.parametrize(
    "text",
    [
        *("Le barrage est sûr.", "Le barrage n'est pas sûr.", "El puente está cerrado.", "Nessuno è stato ferito."),
        *("Der Damm ist sicher.", "De brug is gesloten.", "A ponte está fechada.", "Dammen är säker.", "Most jest zamknięty."),
        *("Köprü kapalı değil.", "Мост закрыт.", "הסכר לא בטוח.", "เขื่อนปลอดภัย", "댐은 안전하다.", "大坝是安全的。"),
    ],
)
def test_another_language_is_told(groups, text):
    assert unreadable(text, groups) is Note.LANGUAGE


@pytest.mark.parametrize("text", ["asdf qwer zxcv", "fghj wqrt sdfg xcvb", "!!! ???", "—"])
def test_what_holds_no_words_is_told(groups, text):
    assert unreadable(text, groups) is Note.NONSENSE


@pytest.mark.parametrize(
    "text",
    [
        *("Taxes rose.", "No.", "Don't.", "12345", "Two dead", "BBC: IDF hit.", "Mayor's son arrested.", "Protégé wins."),
        *("La Paz burned.", "Le Pen lost.", "Ursula von der Leyen resigned.", "Al Jazeera reported casualties."),
        *("The minister said: 'Le barrage n'est pas sûr.'", "Zbigniew Brzezinski resigned.", "ขอนแก่น was bombed on Monday."),
    ],
)
def test_english_with_foreign_names(groups, text):
    assert unreadable(text, groups) is None


def test_cases_count_as_english(groups):
    texts = [
        row["text"]
        for path in sorted((ROOT / "benchmarks" / "cases").glob("*.jsonl"))
        if not path.name.endswith(".gold.jsonl")
        for row in map(json.loads, path.read_text(encoding="utf-8").splitlines())
    ]
    assert len(texts) > 100
    assert [text for text in texts if unreadable(text, groups)] == []
