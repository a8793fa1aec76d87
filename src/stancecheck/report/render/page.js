"use strict";
(() => {
  const data = JSON.parse(document.getElementById("data").textContent);
  const { parties, statements, judgements } = data;
  const SIGNS = { contradict: "≠", agree: "=", unrelated: "·" };
  const NAMES = { contradict: "Contradict", agree: "Agree", unrelated: "Unrelated" };
  const HEADINGS = { contradict: "Contradictions", dispute: "Doubted or denied, but no contradiction in words", agree: "Agreements", unrelated: "Unrelated, or both can be true" };
  const STANCES = ["contradict", "agree", "unrelated"];
  const FIRST = 40, MORE = 100, PRINTED = 500, LONG = 1100;
  const $ = (id) => document.getElementById(id);
  const shown = { matches: [], drawn: 0, heading: "", filters: "" };

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
  const group = (judgement) => (judgement.dispute ? "dispute" : judgement.stance);
  const fold = (text) => text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();

  function dateText(iso) {
    const found = /^(\d{4})-(\d\d)-(\d\d)/.exec(iso);
    const day = found && new Date(Date.UTC(+found[1], found[2] - 1, +found[3]));
    if (!day || isNaN(day)) return iso;
    return day.toLocaleDateString("en-GB", { day: "numeric", month: "long", year: "numeric", timeZone: "UTC" });
  }

  // Search text is made when a search first needs it.
  function haystack(statement) {
    statement.hay ??= fold([statement.text, partyName(statement.party), statement.speaker, statement.date,
      statement.date && dateText(statement.date), statement.source, statement.id].filter(Boolean).join("\n"));
    return statement.hay;
  }

  /* ---- filters ---- */
  function wanted() {
    return {
      words: (fold($("search").value).match(/["“”][^"“”]+["“”]?|[^\s"“”]+/g) || []).map((word) => word.replace(/["“”]/g, "")),
      party: $("party").value, other: $("other").value, kind: $("kind").value,
      least: Number($("least").value) / 100,
      stances: new Set([...document.querySelectorAll("#stances input:checked")].map((box) => box.value)),
    };
  }

  function fits(judgement, want) {
    if (!want.stances.has(judgement.stance) || !(judgement.confidence >= want.least)) return false;
    if (want.kind && judgement.kind !== want.kind) return false;
    const a = statements[judgement.a], b = statements[judgement.b];
    const pair = [String(a.party), String(b.party)];
    if (want.party && want.other) {
      if (!(pair[0] === want.party && pair[1] === want.other) && !(pair[1] === want.party && pair[0] === want.other)) return false;
    } else if (want.party || want.other) {
      if (!pair.includes(want.party || want.other)) return false;
    }
    const kind = fold(judgement.kind || "");
    return want.words.every((word) => haystack(a).includes(word) || haystack(b).includes(word) || kind.includes(word));
  }

  function apply() {
    const want = wanted();
    $("least-shown").textContent = $("least").value + "%";
    let matches = judgements.filter((j) => fits(j, want));
    const order = $("order").value;
    if (order !== "reading") {
      const sign = order === "newest" ? -1 : 1;
      const latest = (j) => [statements[j.a].date, statements[j.b].date].filter(Boolean).sort().pop() || "";
      matches = matches.map((j) => [latest(j), j]);
      matches.sort(([x], [y]) => (!x || !y ? (x ? -1 : y ? 1 : 0) : sign * (x < y ? -1 : x > y ? 1 : 0)));
      matches = matches.map(([, j]) => j);
    }
    shown.matches = matches;
    shown.drawn = 0;
    shown.heading = "";
    $("list").replaceChildren();
    if (!matches.length) $("list").append(el("p", { class: "empty" }, judgements.length
      ? "No pair fits these filters. Clear some of them to see more." : "No pairs were judged."));
    draw(FIRST);
    press(want);
    const filters = described(want);
    shown.filters = filters.length ? "Filters: " + filters.join("; ") + ". " : "";
    $("clear").disabled = !filters.length;
    const all = matches.length === judgements.length;
    $("count").textContent = all ? `All ${plural(matches.length, "pair", "pairs")}`
      : `${number(matches.length)} of ${plural(judgements.length, "pair", "pairs")}`;
  }

  function described(want) {
    const parts = [];
    if (want.words.length) parts.push(`search “${$("search").value.trim()}”`);
    if (want.party && want.other) parts.push(`${partyName(want.party)} against ${partyName(want.other)}`);
    else if (want.party || want.other) parts.push(partyName(want.party || want.other));
    if (want.kind) parts.push(`kind of conflict: ${want.kind}`);
    if (want.least) parts.push(`confidence at least ${$("least").value}%`);
    if (want.stances.size < STANCES.length) parts.push("only " + ([...want.stances].map((s) => NAMES[s].toLowerCase()).join(", ") || "nothing"));
    return parts;
  }

  /* ---- the matrix ---- */
  function drawMatrix() {
    const cells = new Map();
    let most = 1;
    for (const [i, j, counts] of data.matrix) {
      cells.set(`${i} ${j}`, counts).set(`${j} ${i}`, counts);
      most = Math.max(most, counts.contradict);
    }
    const roomy = parties.length <= 4;
    const table = $("matrix");
    table.classList.toggle("roomy", roomy);
    table.append(el("caption", { class: "sr" }, "Pairs of statements by the parties that made them, and how they stand to each other"));
    const name = (i, scope) => el("th", { scope }, el("button", { type: "button", "data-party": i, "aria-pressed": "false",
      "aria-label": `All pairs of ${partyName(i)}` }, el("bdi", {}, partyName(i))));
    table.append(el("thead", {}, el("tr", {}, el("td", {}), parties.map((_, i) => name(i, "col")))));
    table.append(el("tbody", {}, parties.map((_, i) => el("tr", {}, name(i, "row"), parties.map((_, j) => {
      const counts = cells.get(`${i} ${j}`);
      return el("td", {}, counts ? cell(i, j, counts, most, roomy) : el("span", { class: "none" }, el("span", { class: "sr" }, "no pairs"), el("span", { "aria-hidden": "true" }, "–")));
    })))));
    table.addEventListener("click", (event) => {
      const button = event.target.closest("button");
      if (!button) return;
      const pressed = button.getAttribute("aria-pressed") === "true";
      const [one, other] = button.dataset.pair ? button.dataset.pair.split(" ") : [button.dataset.party, ""];
      $("party").value = pressed ? "" : one;
      $("other").value = pressed ? "" : other;
      apply();
    });
  }

  function cell(i, j, counts, most, roomy) {
    const told = `${partyName(i)} and ${partyName(j)}: ${counts.contradict} contradict, ${counts.agree} agree, ${counts.unrelated} unrelated`;
    const line = (look, stance) => el("span", { class: look }, `${SIGNS[stance]} ${number(counts[stance])}`,
      roomy ? el("span", { class: "word" }, ` ${stance}`) : null);
    const button = el("button", { type: "button", "data-pair": `${i} ${j}`, "aria-pressed": "false", "aria-label": told, title: told },
      line(counts.contradict ? "big" : "big zero", "contradict"), line("small", "agree"), roomy ? line("small", "unrelated") : null);
    button.style.setProperty("--depth", counts.contradict ? (0.1 + 0.26 * counts.contradict / most).toFixed(3) : 0);
    return button;
  }

  function press(want) {
    const pairs = new Set([`${want.party} ${want.other}`, `${want.other} ${want.party}`]);
    for (const button of document.querySelectorAll("#matrix button")) {
      const on = button.dataset.pair ? Boolean(want.party && want.other) && pairs.has(button.dataset.pair)
        : button.dataset.party === (want.party || want.other) && !(want.party && want.other);
      button.setAttribute("aria-pressed", String(on));
    }
  }

  /* ---- the list ---- */
  function draw(howMany) {
    const end = Math.min(shown.matches.length, shown.drawn + howMany);
    const inOrder = $("order").value === "reading";
    for (; shown.drawn < end; shown.drawn++) {
      const judgement = shown.matches[shown.drawn];
      const heading = inOrder ? group(judgement) : "all";
      if (heading !== shown.heading) {
        shown.heading = heading;
        const many = shown.matches.filter((j) => group(j) === heading).length;
        $("list").append(el("h3", {}, inOrder ? `${HEADINGS[heading]} (${number(many)})` : "By date"));
      }
      $("list").append(card(judgement));
    }
    $("more").hidden = shown.drawn >= shown.matches.length;
    $("more").textContent = `Show more (${number(shown.matches.length - shown.drawn)} left)`;
  }

  function card(judgement) {
    const title = `pair-${judgement.number}`;
    return el("article", { id: title, class: `card ${judgement.stance}`, tabindex: -1, "aria-labelledby": `${title}-is` },
      el("header", {},
        el("h4", { id: `${title}-is` }, el("span", { class: "badge" }, el("span", { "aria-hidden": "true" }, SIGNS[judgement.stance]), " " + NAMES[judgement.stance]),
          el("span", { class: "sr" }, `: ${partyName(statements[judgement.a].party)} and ${partyName(statements[judgement.b].party)}`)),
        el("span", { class: "sure" }, `${percent(judgement.confidence)} confidence`),
        judgement.kind ? el("span", { class: "kind" }, "Turns on: ", el("strong", {}, judgement.kind)) : null,
        el("a", { class: "number", href: `#${title}`, title: "Link to this pair" }, `No. ${number(judgement.number)}`)),
      judgement.reversal ? el("p", { class: "turned" }, el("strong", {}, "Changed account: "), judgement.reversal) : null,
      judgement.dispute ? el("p", { class: "turned" }, el("strong", {}, "In dispute: "), judgement.dispute) : null,
      el("div", { class: "sides" }, side(judgement, "a"), side(judgement, "b")),
      judgement.caution ? el("div", { class: "warn" }, el("strong", {}, "Read with care"),
        el("ul", {}, judgement.caution.map((text) => el("li", {}, text)))) : null,
      more(judgement));
  }

  function side(judgement, which) {
    const statement = statements[judgement[which]];
    const about = [];
    if (statement.speaker) about.push(el("bdi", {}, statement.speaker));
    if (statement.date) about.push(el("time", { datetime: /^\d{4}-\d\d-\d\d/.test(statement.date) ? statement.date : null }, dateText(statement.date)));
    if (statement.source) about.push(/^https?:\/\/[^\s]+$/i.test(statement.source)
      ? el("a", { href: statement.source, rel: "noopener noreferrer nofollow", target: "_blank" }, statement.source)
      : el("cite", { dir: "auto" }, statement.source));
    const line = about.flatMap((part, i) => (i ? [" · ", part] : [part]));
    const quote = el("blockquote", { dir: "auto" });
    const whole = statement.text.length > LONG ? excerpt(statement, judgement, which, quote) : quote.append(...segments(statement, judgement, which, 0, statement.text.length));
    return el("div", { class: "side" }, el("p", { class: "who" }, el("bdi", {}, partyName(statement.party))), quote, whole || null,
      line.length ? el("p", { class: "about-it" }, line) : null);
  }

  function excerpt(statement, judgement, which, quote) {
    const first = (judgement.marks[which][0] || judgement.passage[which] || [0])[0];
    const begin = Math.max(0, Math.min(first - 150, statement.text.length - LONG));
    const gap = () => el("span", { class: "gap" }, " … ");
    quote.append(...(begin ? [gap()] : []), ...segments(statement, judgement, which, begin, begin + LONG),
      ...(begin + LONG < statement.text.length ? [gap()] : []));
    const button = el("button", { type: "button", class: "link" }, `Show the whole statement (${number(statement.text.length)} characters)`);
    button.addEventListener("click", () => {
      quote.replaceChildren(...segments(statement, judgement, which, 0, statement.text.length));
      quote.tabIndex = -1;
      button.remove();
      quote.focus();
    });
    return button;
  }

  // The text from begin to end, cut wherever a mark or the deciding passage starts or stops.
  function segments(statement, judgement, which, begin, end) {
    const marks = judgement.marks[which], passage = judgement.passage[which];
    const cuts = new Set([begin, end]);
    for (const [from, to] of passage ? [...marks, passage] : marks) for (const at of [from, to]) if (at > begin && at < end) cuts.add(at);
    const at = [...cuts].sort((x, y) => x - y);
    return at.slice(1).map((to, i) => {
      const text = statement.text.slice(at[i], to);
      const inside = (span) => span && span[0] <= at[i] && to <= span[1];
      const mark = marks.find(inside);
      if (mark) return el("mark", { class: mark[2] ? null : "light" }, text);
      return inside(passage) ? el("span", { class: "passage" }, text) : document.createTextNode(text);
    });
  }

  function more(judgement) {
    const details = el("details", {}, el("summary", {}, "Scores and details"));
    details.addEventListener("toggle", () => {
      if (details.childElementCount === 1) details.append(...detailParts(judgement));
    }, { once: true });
    return details;
  }

  function detailParts(judgement) {
    const quoted = (which) => judgement.marks[which].map(([from, to]) => `“${statements[judgement[which]].text.slice(from, to)}”`).join(", ");
    const row = (label, values) => el("tr", {}, el("th", { scope: "row" }, label), values.map((v) => el("td", {}, percent(v))));
    const parts = [
      el("table", {}, el("thead", {}, el("tr", {}, el("th", { scope: "col" }, "Stance"), STANCES.map((s) => el("th", { scope: "col" }, NAMES[s])))),
        el("tbody", {}, row("Score", STANCES.map((s) => judgement.scores[s])))),
      el("table", {}, el("thead", {}, el("tr", {}, ["Read as", "Entailment", "Neutral", "Contradiction"].map((t) => el("th", { scope: "col" }, t)))),
        el("tbody", {}, row("First, then second", judgement.forward), row("Second, then first", judgement.backward))),
    ];
    for (const which of ["a", "b"]) if (judgement.marks[which].length) parts.push(el("p", {}, `Turns on, ${which === "a" ? "first" : "second"}: `, el("bdi", {}, quoted(which))));
    if (judgement.cues && judgement.cues.length) parts.push(el("p", {}, "Cues: " + judgement.cues.join("; ")));
    for (const which of ["a", "b"]) {
      const s = statements[judgement[which]];
      const told = [s.id && `id ${s.id}`, s.commitment && `the speaker ${s.commitment} it`].filter(Boolean);
      if (told.length) parts.push(el("p", {}, `${which === "a" ? "First" : "Second"} statement: ${told.join(", ")}`));
    }
    return parts;
  }

  /* ---- theme, start ---- */
  // A link to a pair (#pair-12) finds it however far down the list it stands.
  function follow() {
    const wantedNumber = /^#pair-(\d+)$/.exec(location.hash);
    const at = wantedNumber ? shown.matches.findIndex((j) => j.number === Number(wantedNumber[1])) : -1;
    if (at < 0) return;
    if (at >= shown.drawn) draw(at + 1 - shown.drawn);
    const node = $(location.hash.slice(1));
    node.focus({ preventScroll: true });
    node.scrollIntoView({ block: "start" });
  }

  function theme() {
    const next = { auto: "light", light: "dark", dark: "auto" }, told = { auto: "automatic", light: "light", dark: "dark" };
    let now = "auto";
    try { now = localStorage.getItem("stancecheck-theme") || "auto"; } catch { /* no storage: automatic */ }
    const set = (value) => {
      now = value in next ? value : "auto";
      if (now === "auto") delete document.documentElement.dataset.theme;
      else document.documentElement.dataset.theme = now;
      $("theme").textContent = `Theme: ${told[now]}`;
    };
    set(now);
    $("theme").addEventListener("click", () => {
      set(next[now]);
      try { localStorage.setItem("stancecheck-theme", now); } catch { /* kept for this visit only */ }
    });
  }

  function start() {
    const option = (value, text) => el("option", { value }, text);
    const names = parties.map((_, i) => option(i, partyName(i)));
    $("party").append(option("", "any party"), ...names);
    $("other").append(option("", "any party"), ...names.map((node) => node.cloneNode(true)));
    const kinds = [...new Set(judgements.map((j) => j.kind).filter(Boolean))].sort();
    $("kind").append(option("", "any kind"), ...kinds.map((kind) => option(kind, kind)));
    $("kind-field").hidden = !kinds.length;
    $("stances").append(...STANCES.map((stance) => el("label", {}, el("input", { type: "checkbox", value: stance, checked: true }),
      ` ${SIGNS[stance]} ${NAMES[stance]} (${number(data.counts[stance] || 0)})`)));
    drawMatrix();
    let waiting = 0;
    $("search").addEventListener("input", () => { clearTimeout(waiting); waiting = setTimeout(apply, 120); });
    for (const id of ["party", "other", "kind", "order"]) $(id).addEventListener("change", apply);
    $("least").addEventListener("input", apply);
    $("stances").addEventListener("change", apply);
    $("filters").addEventListener("submit", (event) => { event.preventDefault(); apply(); });
    $("clear").addEventListener("click", () => { $("filters").reset(); apply(); $("search").focus(); });
    $("more").addEventListener("click", () => {
      const first = $("list").querySelectorAll(".card").length;
      draw(MORE);
      $("list").querySelectorAll(".card")[first].focus({ preventScroll: true });  // on from the first new pair
    });
    addEventListener("beforeprint", () => {
      draw(Math.max(0, PRINTED - shown.drawn));
      const all = shown.drawn === shown.matches.length;
      $("active").textContent = shown.filters + (all ? "" : `The first ${number(shown.drawn)} of ${number(shown.matches.length)} pairs are printed.`);
    });
    theme();
    for (const node of document.querySelectorAll(".needs-script")) node.hidden = false;
    $("overview").hidden = !judgements.length;
    addEventListener("hashchange", follow);
    apply();
    follow();
  }
  start();
})();
