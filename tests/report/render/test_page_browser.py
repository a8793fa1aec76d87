"""The report page in a real Chromium. Run by ``pytest -m browser``; needs chromium, chromedriver and selenium."""

from __future__ import annotations

import csv
import io
import re
import shutil
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from stancecheck import Report, Statement
from stancecheck.explain import Caution, CautionReason, Explanation, Reversal
from stancecheck.judging.judge import Evidence
from stancecheck.report.render.page import to_html
from stancecheck.report.render.view import ReportView
from tests.report.render.sample import judgement, many, raid, statement, view_of

pytestmark = pytest.mark.browser

CHROMIUM = shutil.which("chromium") or shutil.which("google-chrome")
DRIVER = shutil.which("chromedriver")
SWITCHES = (
    "--headless=new --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking "
    "--disable-component-update --disable-sync --window-size=1280,900"
)
Open = Callable[..., Any]


@pytest.fixture(scope="module")
def chromium(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    webdriver = pytest.importorskip("selenium.webdriver")
    if not CHROMIUM or not DRIVER:
        pytest.skip("needs chromium and chromedriver: apt-get install chromium chromium-driver")
    options = webdriver.ChromeOptions()
    options.binary_location = CHROMIUM
    for switch in [*SWITCHES.split(), f"--user-data-dir={tmp_path_factory.mktemp('profile')}"]:
        options.add_argument(switch)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    driver = webdriver.Chrome(options=options, service=webdriver.ChromeService(DRIVER))
    yield driver
    driver.quit()


@pytest.fixture
def visit(chromium: Any, tmp_path: Path) -> Iterator[Open]:
    """A function that opens the page of a view; afterwards the console must be empty."""

    def visit(view: ReportView, anchor: str = "") -> Any:
        path = tmp_path / "report.html"
        path.write_text(to_html(view), encoding="utf-8")
        chromium.get(path.as_uri() + anchor)
        return chromium

    chromium.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})
    chromium.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": "", "features": []})
    chromium.get_log("browser")
    yield visit
    assert [entry for entry in chromium.get_log("browser") if entry["level"] != "DEBUG"] == []


def run(page: Any, script: str, *values: Any) -> Any:
    return page.execute_script(script, *values)


def stances(page: Any) -> list[str]:
    return run(page, "return [...document.querySelectorAll('.card')].map(c => c.classList[1])")


def count(page: Any) -> str:
    return run(page, "return document.getElementById('count').textContent")


def choose(page: Any, name: str, value: str) -> None:
    """Set a control as a reader does: the value, then the event."""
    run(page, "const c = document.getElementById(arguments[0]); c.value = arguments[1];"
              "c.dispatchEvent(new Event('input', {bubbles: true})); c.dispatchEvent(new Event('change', {bubbles: true}))",
        name, value)  # fmt: skip


def search(page: Any, words: str) -> None:
    from selenium.webdriver.common.by import By

    box = page.find_element(By.ID, "search")
    box.clear()
    box.send_keys(words)
    time.sleep(0.3)


def click(page: Any, selector: str) -> None:
    from selenium.webdriver.common.by import By

    element = page.find_element(By.CSS_SELECTOR, selector)
    run(page, "arguments[0].scrollIntoView({block: 'center'})", element)
    element.click()


def press(page: Any, *keys: str) -> None:
    from selenium.webdriver.common.action_chains import ActionChains

    ActionChains(page).send_keys(*keys).perform()


def test_contradictions_come_first(visit: Open) -> None:
    page = visit(raid())
    assert stances(page) == ["contradict"] * 4 + ["agree"] * 2
    headings = run(page, "return [...document.querySelectorAll('#list h3')].map(h => h.textContent)")
    assert headings == ["Contradictions (4 disputes, 6 pairs)", "Agreements (2)"]
    assert count(page) == "8 of 13 pairs"


def test_agreements_fold_unrelated_hide(visit: Open) -> None:
    page = visit(raid())
    visible = "return document.querySelector('.card.agree blockquote').checkVisibility()"
    assert run(page, visible) is False
    click(page, "#list .fold > summary")
    assert run(page, visible) is True
    click(page, "#stances input[value=unrelated]")
    assert stances(page)[6:] == ["unrelated"] * 5
    assert count(page) == "All 13 pairs"


def test_dispute_card_holds_all_versions(visit: Open) -> None:
    page = visit(raid())
    parties = "return [...document.querySelectorAll('#pair-1 .versions .who')].map(p => p.textContent)"
    assert run(page, parties) == ["Vestmark", "Osterland", "Harbour Watch"]
    rows = run(page, "return [...document.querySelectorAll('#pair-1 .pairs > li > p:first-child')].map(p => p.textContent)")
    assert rows == [
        "A1 ≠ B1, 97% confidence, turns on: negation or denial",
        "A1 ≠ C1, 87% confidence, turns on: negation or denial",
    ]
    run(page, "document.querySelector('#pair-2 input').focus()")
    lit = "return [...document.querySelectorAll('#pair-1 .lit')].map(s => s.dataset.sign)"
    assert run(page, lit) == ["A1", "C1"]


def test_page_without_contradictions(visit: Open) -> None:
    rest = [j for j in raid().judgements if j.stance == "unrelated"]
    page = visit(view_of(rest))
    headings = run(page, "return [...document.querySelectorAll('#list h3')].map(h => h.textContent)")
    assert headings == ["No contradiction was found. The pairs that come nearest to one"]
    assert count(page) == "3 of 5 pairs"


def test_mark_and_note_persist_and_filter(visit: Open) -> None:
    page = visit(raid())
    run(page, "localStorage.clear()")
    page = visit(raid())
    assert run(page, "return document.getElementById('save-jsonl').disabled") is True
    click(page, "#pair-1 .pairs > li:first-child [data-verdict=real]")
    click(page, "#pair-3 [data-verdict='not real']")
    choose(page, "marked", "any")
    assert count(page) == "2 of 13 pairs"
    page = visit(view_of(list(raid().judgements)[5:]))  # another report, in which the pairs have other numbers
    pressed = "return [...document.querySelectorAll('[data-verdict][aria-pressed=true]')].map(b => b.dataset.verdict)"
    assert run(page, pressed) == ["real", "not real"]
    click(page, "[data-verdict=real][aria-pressed=true]")
    assert run(page, pressed) == ["not real"]
    assert "1 pair marked" in run(page, "return document.getElementById('marked-count').textContent")
    run(page, "localStorage.clear()")


def test_marks_export_and_read_back(visit: Open, chromium: Any, tmp_path: Path) -> None:
    chromium.execute_cdp_cmd("Page.setDownloadBehavior", {"behavior": "allow", "downloadPath": str(tmp_path)})
    odd = judgement(statement("=1+1, “she” said", "E", source="https://example.org/a"), statement('"b"\nc', "W"))
    page = visit(view_of([odd, *raid().judgements]))
    run(page, "localStorage.clear()")
    page = visit(view_of([odd, *raid().judgements]))
    card = run(page, "return [...document.querySelectorAll('.card')].find(c => c.textContent.includes('=1+1')).id")
    click(page, f"#{card} [data-verdict='to check']")
    from selenium.webdriver.common.by import By

    page.find_element(By.CSS_SELECTOR, f"#{card} .marks input").send_keys("ask, then decide")
    click(page, "#pair-1 .pairs > li:first-child [data-verdict=real]")
    for kind in ("jsonl", "csv"):
        click(page, f"#save-{kind}")
    lines, table = (written(tmp_path / f"marks.{kind}") for kind in ("jsonl", "csv"))
    marked = Report.from_jsonl(Report((odd, *raid().judgements)).to_dicts(), marks=tmp_path / "marks.jsonl")
    assert {(j.mark.verdict, j.mark.note) for j in marked if j.mark} == {("real", ""), ("to check", "ask, then decide")}
    assert len(lines.splitlines()) == 2
    rows = list(csv.DictReader(io.StringIO(table)))
    assert ("'=1+1, “she” said", '"b"\nc', "ask, then decide") in [(r["text_a"], r["text_b"], r["note"]) for r in rows]
    run(page, "localStorage.clear()")


def test_a_card_is_copied_as_text(visit: Open, chromium: Any) -> None:
    granted = {"permissions": ["clipboardReadWrite", "clipboardSanitizedWrite"]}
    chromium.execute_cdp_cmd("Browser.grantPermissions", granted)
    page = visit(raid())
    click(page, "#pair-3 .copy")
    wait(lambda: run(page, "return document.querySelector('#pair-3 .copy').textContent") == "Copied")
    text = page.execute_async_script("navigator.clipboard.readText().then(arguments[0])")
    assert text.startswith(
        "≠ Contradict, 94% confidence, turns on: negation or denial\nVestmark (Minister Per Aas, 3 March 2031"
    )
    assert "Osterland (General Tomas Rehn, 4 March 2031, Evening Courier): “Nobody in our command" in text


def test_only_addresses_become_links(visit: Open) -> None:
    said = statement("a", "E", source="Gazette, https://example.org/x?a=1&b=2 (p. 3)")
    page = visit(view_of([judgement(said, statement("b", "W", source="file:///etc/passwd ftp://x javascript:alert(1)"))]))
    links = run(page, "return [...document.querySelectorAll('.card .sides a')].map(a => [a.href, a.rel])")
    assert links == [["https://example.org/x?a=1&b=2", "noopener noreferrer nofollow"]]


def written(path: Path) -> str:
    """What a download holds, as soon as it is there."""
    wait(path.exists)
    return path.read_text(encoding="utf-8")


def wait(until: Callable[[], bool], seconds: float = 30) -> None:
    end = time.monotonic() + seconds
    while not until():
        assert time.monotonic() < end, "it did not happen"
        time.sleep(0.1)


def test_card_shows_both_sides_in_full(visit: Open) -> None:
    card = run(visit(raid()), "return document.querySelector('.card').innerText")
    for words in ("Contradict", "97% confidence", "negation or denial", "Vestmark", "Air Marshal Inga Holt", "2 March 2031",
                  "Ministry briefing", "Osterland", "President Mira Voss"):  # fmt: skip
        assert words in card
    marks = run(visit(raid()), "return [...document.querySelectorAll('.card:first-of-type mark')].map(m => m.textContent)")
    assert marks[:2] == ["flew no sorties", "jets crossed the Sund"]


def test_page_makes_no_network_request(visit: Open) -> None:
    assert run(visit(raid()), "return performance.getEntriesByType('resource').map(e => e.name)") == []


def test_cell_click_toggles_its_pairs(visit: Open) -> None:
    page = visit(raid())
    selector = (
        "#matrix td button[aria-label^='Vestmark and Osterland'], #matrix td button[aria-label^='Osterland and Vestmark']"
    )
    told = run(page, "return document.querySelector(arguments[0]).getAttribute('aria-label')", selector)
    click(page, selector)
    assert told.endswith(": 4 disputes, 4 pairs contradict, 0 agree, 3 unrelated")
    assert count(page) == "4 of 13 pairs"
    pressed = run(page, "return document.querySelectorAll('#matrix td [aria-pressed=true]').length")
    assert pressed == 2  # the cell and its mirror
    click(page, selector)
    assert count(page) == "8 of 13 pairs"


def test_party_click_shows_its_pairs(visit: Open) -> None:
    page = visit(raid())
    click(page, "#matrix button[aria-label='All pairs of Harbour Watch']")
    assert len(stances(page)) == 4
    parties = run(page, "return [...document.querySelectorAll('.card')].map(c => c.querySelector('.sides').textContent)")
    assert all("Harbour Watch" in text for text in parties)


def test_matrix_shows_main_parties(visit: Open) -> None:
    page = visit(many(4000, parties=800))
    click(page, "#overview summary")
    assert run(page, "return document.querySelectorAll('#matrix td, #matrix th').length") == 31 * 31
    assert "30 parties with the most contradictions, of 799" in run(page, "return document.body.textContent")


def test_search_ignores_order_case_accents(visit: Open) -> None:
    found = judgement(statement("The Zürich office was CLOSED.", "East", source="Gazette"), statement("It was open.", "West"))
    page = visit(view_of([found, *raid().judgements]))
    search(page, "closed ZURICH")
    assert count(page) == "1 of 14 pairs"
    search(page, "gazette")
    assert count(page) == "1 of 14 pairs"
    search(page, "no such words")
    assert count(page) == "0 of 14 pairs"
    assert "No pair fits" in run(page, "return document.getElementById('list').innerText")
    click(page, "#clear")
    assert count(page) == "9 of 14 pairs"
    assert run(page, "return document.activeElement.id") == "search"


def test_filters_combine(visit: Open) -> None:
    page = visit(raid())
    click(page, "#stances input[value=agree]")
    assert set(stances(page)) == {"contradict"}
    choose(page, "least", "85")
    assert count(page) == "4 of 13 pairs"
    choose(page, "kind", "number")
    assert count(page) == "1 of 13 pairs"
    choose(page, "party", run(page, "return [...party.options].find(o => o.text == 'Harbour Watch').value"))
    assert count(page) == "0 of 13 pairs"


def test_newest_first_and_undated_last(visit: Open) -> None:
    page = visit(raid())
    click(page, "#stances input[value=unrelated]")
    choose(page, "order", "newest")
    dates = run(page, "return [...document.querySelectorAll('.card')].map(c => [...c.querySelectorAll('time')]"
                      ".map(t => t.dateTime).sort().pop() || '')")  # fmt: skip
    assert dates == sorted(dates, reverse=True)


def test_details_hold_scores_and_cues(visit: Open) -> None:
    from selenium.webdriver.common.keys import Keys

    page = visit(raid())
    run(page, "document.querySelector('.card summary').focus()")
    press(page, Keys.ENTER)
    time.sleep(0.2)
    shown = run(page, "return document.querySelector('.card details').innerText")
    for words in (
        "Score",
        "97%",
        "First, then second",
        "Second, then first",
        "Entailment",
        "negation or denial: “flew no sorties”",
    ):
        assert words in shown


HOSTILE = "<script>window.owned = 1</script><img src=x onerror='window.owned = 1'>"


def test_statement_markup_stays_text(visit: Open) -> None:
    who = {"speaker": HOSTILE, "date": HOSTILE, "source": "javascript:window.owned=1", "id": HOSTILE}
    reversal = Reversal(HOSTILE, "a", HOSTILE, HOSTILE)
    explanation = Explanation(((0, 8, 1.0),), caution=(CautionReason(Caution.HEDGED, HOSTILE),), reversal=reversal)
    found = judgement(statement(HOSTILE, HOSTILE, **who), statement("b", "W"), explanation=explanation)
    page = visit(view_of([found], title=HOSTILE, notes=(HOSTILE,)))
    click(page, ".card summary")
    time.sleep(0.2)
    assert run(page, "return window.owned") is None
    assert run(page, "return document.querySelector('.card blockquote').textContent") == HOSTILE
    assert run(page, "return document.querySelectorAll('#list img, #list script, #matrix img').length") == 0
    assert run(page, "return document.querySelectorAll('.card .sides a').length") == 0


def test_long_list_is_drawn_in_pages(visit: Open) -> None:
    view = many(5000)
    page = visit(view)
    assert len(stances(page)) == 40
    click(page, "#more")
    assert len(stances(page)) == 140
    assert run(page, "return [...document.querySelectorAll('.card')].indexOf(document.activeElement)") == 40
    search(page, '"statement 77:"')
    shown = [j for j in view.judgements if j.stance != "unrelated"]
    wanted = [j for j in shown if any("Statement 77:" in s.text for s in (j.a, j.b))]
    assert count(page) == f"{len(wanted)} of 5,000 pairs"


def test_link_finds_a_pair_far_down(visit: Open) -> None:
    page = visit(many(300), "#pair-250")
    assert run(page, "return document.activeElement.id") == "pair-250"


def test_long_statement_expands(visit: Open) -> None:
    text = "Before. " * 3000 + "The bridge is shut." + " After." * 3000
    start = text.index("The bridge")
    evidence = Evidence((start, start + 19), (0, 19))
    found = judgement(statement(text, "E"), statement("The bridge is open.", "W"), evidence=evidence)
    page = visit(view_of([found]))
    quote = "return document.querySelector('.card blockquote').textContent"
    assert "The bridge is shut." in run(page, quote)
    assert len(run(page, quote)) < 1200
    assert run(page, "return document.querySelector('.passage').textContent") == "The bridge is shut."
    click(page, ".card .side .link")
    assert run(page, quote) == text


def test_keyboard_reaches_everything(visit: Open) -> None:
    from selenium.webdriver.common.keys import Keys

    page = visit(raid())
    press(page, Keys.TAB)
    assert run(page, "return document.activeElement.className") == "skip"
    press(page, Keys.ENTER)
    assert run(page, "return document.activeElement.id") == "findings"
    press(page, Keys.TAB)
    assert run(page, "return document.activeElement.id") == "search"
    run(page, "document.querySelector('#matrix td button').focus()")
    press(page, Keys.SPACE)
    assert count(page) != "8 of 13 pairs"
    assert run(page, "return document.activeElement.getAttribute('aria-pressed')") == "true"


def test_controls_have_accessible_names(visit: Open) -> None:
    page = visit(raid())
    named = "(e.labels && e.labels.length) || e.getAttribute('aria-label') || e.textContent.trim()"
    controls = "[...document.querySelectorAll('input, select, button, a, summary')]"
    nameless = run(page, f"return {controls}.filter(e => !({named})).map(e => e.outerHTML)")
    assert nameless == []
    assert run(page, "return document.getElementById('count').getAttribute('role')") == "status"
    ids = run(page, "return [...document.querySelectorAll('[id]')].map(e => e.id)")
    assert len(ids) == len(set(ids))


def test_theme_follows_reader_and_button(visit: Open, chromium: Any) -> None:
    dark = {"name": "prefers-color-scheme", "value": "dark"}
    chromium.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": "", "features": [dark]})
    page = visit(raid())
    run(page, "localStorage.clear()")
    page = visit(raid())
    paper = "return getComputedStyle(document.body).backgroundColor"
    by_preference = run(page, paper)
    click(page, "#theme")
    assert run(page, "return document.getElementById('theme').textContent") == "Theme: light"
    by_button = run(page, paper)
    assert sum(map(int, re.findall(r"\d+", by_preference)[:3])) < 150 < 600 < sum(map(int, re.findall(r"\d+", by_button)[:3]))
    run(page, "localStorage.clear()")


@pytest.mark.parametrize("width", [375, 390])
def test_narrow_screen_scrolls_the_matrix(visit: Open, chromium: Any, width: int) -> None:
    phone = {"width": width, "height": 800, "deviceScaleFactor": 1, "mobile": True}
    chromium.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", phone)
    wide = judgement(statement("w" * 500, "Name" * 30, source="https://example.org/" + "x" * 300), statement("b", "W"))
    for view in (raid(), many(50, parties=12), view_of([wide])):
        assert run(visit(view), "return document.documentElement.scrollWidth") == width
    visit(many(50, parties=12))
    assert not run(chromium, "return document.querySelector('.scroll').checkVisibility()")  # the disputes stand first
    click(chromium, "#overview summary")
    run(chromium, "document.querySelector('.scroll').scrollLeft = 150")
    assert run(chromium, "return document.querySelector('.scroll').scrollLeft") == 150
    name, cell = (
        run(chromium, f"return document.querySelector('#matrix tbody {tag}').getBoundingClientRect().left")
        for tag in ("th", "td")
    )
    assert name > 0 > cell  # the party's name stays, the cells move


def test_print_hides_controls(visit: Open, chromium: Any) -> None:
    page = visit(many(1500))
    choose(page, "least", "40")
    run(page, "dispatchEvent(new Event('beforeprint'))")
    chromium.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": "print"})
    assert run(page, "return getComputedStyle(document.getElementById('filters')).display") == "none"
    assert len(stances(page)) == 500
    told = run(page, "return document.getElementById('active').innerText")
    assert re.fullmatch(r"Filters: confidence at least 40%\. The first 500 of [\d,]+ cards are printed\.", told)


def test_page_without_javascript(visit: Open, chromium: Any) -> None:
    chromium.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": True})
    try:
        from selenium.webdriver.common.by import By

        shown = visit(raid()).find_element(By.TAG_NAME, "main").text
    finally:
        chromium.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": False})
    assert "need JavaScript" in shown
    assert "Our aircraft flew no sorties" in shown
    assert "Clear filters" not in shown
    chromium.get_log("browser")


def test_article_links_to_its_pairs(visit: Open) -> None:
    text = "😀 Vold said the dam is safe. The union said the dam leaks. It rained."
    spans = [(text.index(words), text.index(words) + len(words)) for words in ("the dam is safe", "the dam leaks")]
    sides = [
        Statement(f"{text[slice(*span)].capitalize()}.", party=party, source="The Post", span=span)
        for span, party in zip(spans, ("Vold", "Union"), strict=True)
    ]
    page = visit(view_of([judgement(*sides)], articles={"The Post": text}))
    marked = "return [...document.querySelectorAll('#articles .said')].map(s => [s.textContent, s.className])"
    assert run(page, marked) == [["the dam is safe", "said contradict"], ["the dam leaks", "said contradict"]]
    click(page, "#articles a[href='#pair-1']")
    assert run(page, "return location.hash") == "#pair-1"
    links = "[...document.querySelectorAll('.card a')].filter(a => a.textContent === 'in the text')"
    places = f"return {links}.map(a => document.querySelector(a.hash).nextSibling.textContent)"
    assert run(page, places) == ["the dam is safe", "the dam leaks"]


def test_an_empty_report_opens(visit: Open) -> None:
    page = visit(view_of([]))
    assert "No pairs were judged." in run(page, "return document.getElementById('list').innerText")
