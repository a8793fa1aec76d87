"use strict";
// What a reader makes of the pairs: marks and notes, kept in this browser, handed out as JSON lines and CSV.
const desk = (() => {
  const data = JSON.parse(document.getElementById("data").textContent);
  const { parties, statements, judgements } = data;
  const STORE = "stancecheck-marks", VERDICTS = ["real", "not real", "to check"];
  const SIDE = ["party", "speaker", "date", "source", "id", "text"];
  const SIGNS = { contradict: "≠", agree: "=", unrelated: "·" };
  const NAMES = { contradict: "Contradict", agree: "Agree", unrelated: "Unrelated" };

  // Everything is built as text nodes: a statement can never become markup.
  function el(tag, attributes, ...children) {
    const node = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes || {})) {
      if (value === true) node.setAttribute(name, "");
      else if (value !== false && value != null) node.setAttribute(name, value);
    }
    for (const child of children.flat()) if (child != null && child !== "") node.append(child);
    return node;
  }
  const percent = (p) => (p == null ? "?" : p > 0.99 ? ">99%" : p < 0.01 ? "<1%" : Math.round(100 * p) + "%");
  const number = (n) => n.toLocaleString("en");
  const plural = (n, one, many) => `${number(n)} ${n === 1 ? one : many}`;
  const partyName = (i) => parties[i] || "no party";

  function dateText(iso) {
    const found = /^(\d{4})-(\d\d)-(\d\d)/.exec(iso);
    const day = found && new Date(Date.UTC(+found[1], found[2] - 1, +found[3]));
    if (!day || isNaN(day)) return iso;
    return day.toLocaleDateString("en-GB", { day: "numeric", month: "long", year: "numeric", timeZone: "UTC" });
  }

  /* ---- marks ---- */
  // By pair, not by report: a report made anew, with the same two statements in it, still has them.
  const stored = () => { try { return JSON.parse(localStorage.getItem(STORE)) || {}; } catch { return {}; } };
  const kept = stored();
  const mark = (judgement) => kept[judgement.key] ?? judgement.mark ?? { mark: "", note: "" };
  const marked = () => judgements.filter((j) => mark(j).mark || mark(j).note);

  function setMark(judgement, change) {
    kept[judgement.key] = { ...mark(judgement), ...change };
    try {
      // Other pages of this browser may have set marks since this one was opened.
      localStorage.setItem(STORE, JSON.stringify({ ...stored(), [judgement.key]: kept[judgement.key] }));
    } catch { /* no storage: kept until the page is closed */ }
    showCount();
  }

  function showCount() {
    const count = marked().length;
    document.getElementById("marked-count").textContent = count
      ? `${plural(count, "pair", "pairs")} marked. The marks are kept in this browser only.` : "Nothing is marked yet.";
    for (const id of ["save-jsonl", "save-csv"]) document.getElementById(id).disabled = !count;
  }

  function markControls(judgement) {
    const name = `Pair ${judgement.number}`;
    const printed = el("span", { class: "print-only mark-printed" });
    const buttons = VERDICTS.map((verdict) => el("button", { type: "button", "data-verdict": verdict }, verdict[0].toUpperCase() + verdict.slice(1)));
    const note = el("input", { type: "text", placeholder: "Note", "aria-label": `${name}: note`, autocomplete: "off", maxlength: 2000 });
    const show = () => {
      const now = mark(judgement);
      for (const button of buttons) button.setAttribute("aria-pressed", String(button.dataset.verdict === now.mark));
      note.value = now.note;
      printed.textContent = now.mark || now.note ? `Marked: ${[now.mark, now.note].filter(Boolean).join(" – ")}` : "";
    };
    for (const button of buttons) button.addEventListener("click", () => {
      setMark(judgement, { mark: mark(judgement).mark === button.dataset.verdict ? "" : button.dataset.verdict });
      show();
    });
    note.addEventListener("input", () => { setMark(judgement, { note: note.value }); });
    note.addEventListener("change", show);
    show();
    return el("div", { class: "marks" }, el("div", { class: "verdicts", role: "group", "aria-label": `${name}: is it what it says?` }, buttons), note, printed);
  }

  /* ---- export ---- */
  function side(statement) {
    const fields = { ...statement, party: parties[statement.party] };
    return Object.fromEntries(SIDE.filter((name) => fields[name]).map((name) => [name, fields[name]]));
  }

  function rows() {
    return marked().map((j) => ({ a: side(statements[j.a]), b: side(statements[j.b]), stance: j.stance, confidence: j.confidence, ...mark(j) }));
  }

  // What a spreadsheet would compute has an apostrophe before it.
  const cell = (value) => `"${String(value ?? "").replace(/^[=+\-@\t\r]/, "'$&").replaceAll('"', '""')}"`;

  function csv() {
    const heads = [...["a", "b"].flatMap((which) => SIDE.map((name) => `${name}_${which}`)), "stance", "confidence", "mark", "note"];
    const lines = rows().map((row) => [...["a", "b"].flatMap((which) => SIDE.map((name) => row[which][name])), row.stance, row.confidence, row.mark, row.note]);
    return [heads, ...lines].map((line) => line.map(cell).join(",")).join("\r\n") + "\r\n";
  }

  function save(name, type, text) {
    const address = URL.createObjectURL(new Blob([text], { type }));
    const link = el("a", { href: address, download: name });
    document.body.append(link);
    link.click();
    link.remove();
    setTimeout(() => URL.revokeObjectURL(address), 10000);
  }

  function asText(pairs) {
    const lines = [];
    for (const judgement of pairs) {
      const { mark: verdict, note } = mark(judgement);
      lines.push(`${SIGNS[judgement.stance]} ${NAMES[judgement.stance]}, ${percent(judgement.confidence)} confidence`
        + (judgement.kind ? `, turns on: ${judgement.kind}` : "") + (judgement.doubt ? `. In dispute: ${judgement.doubt}` : ""));
      for (const which of ["a", "b"]) {
        const s = statements[judgement[which]];
        const about = [s.speaker, s.date && dateText(s.date), s.source].filter(Boolean).join(", ");
        lines.push(`${partyName(s.party)}${about ? ` (${about})` : ""}: “${s.text}”`);
      }
      if (judgement.caution) lines.push(`Read with care: ${judgement.caution.join("; ")}`);
      if (verdict || note) lines.push(`Marked: ${[verdict, note].filter(Boolean).join(" – ")}`);
      lines.push("");
    }
    return lines.join("\n").trimEnd() + "\n";
  }

  function copyButton(pairs) {
    const button = el("button", { type: "button", class: "link copy" }, "Copy as text");
    button.addEventListener("click", async () => {
      const text = asText(pairs());
      try { await navigator.clipboard.writeText(text); } catch { copyBySelection(text); }
      button.textContent = "Copied";
      setTimeout(() => { button.textContent = "Copy as text"; }, 2000);
    });
    return button;
  }

  // Where a page may not write to the clipboard, a selection still can be copied.
  function copyBySelection(text) {
    const box = el("textarea", { class: "sr", readonly: true, "aria-hidden": "true" });
    box.value = text;
    document.body.append(box);
    box.select();
    document.execCommand("copy");
    box.remove();
  }

  document.getElementById("save-jsonl").addEventListener("click", () => save("marks.jsonl", "application/jsonl", rows().map((row) => JSON.stringify(row) + "\n").join("")));
  document.getElementById("save-csv").addEventListener("click", () => save("marks.csv", "text/csv", csv()));
  showCount();
  return { data, el, percent, number, plural, partyName, dateText, mark, markControls, copyButton, rows, csv, asText, SIGNS, NAMES, VERDICTS };
})();
