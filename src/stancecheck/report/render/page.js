(() => {
  const { data, el, percent, number, plural, partyName, dateText, SIGNS, NAMES } = desk;
  const { parties, statements, judgements } = data;
  const HEADINGS = { contradict: "Contradictions", doubt: "Doubted or denied, but no contradiction in words", agree: "Agreements",
    unrelated: "Unrelated, or both can be true", nearest: "No contradiction was found. The pairs that come nearest to one" };
  const STANCES = ["contradict", "agree", "unrelated"];
  const FIRST = 40, MORE = 100, PRINTED = 500, LONG = 1100, NEAREST = 3;
  // Parties: words in the cells of up to so many, the matrix folded from so many on, and no more of them in it than this.
  const ROOMY = 4, FOLDED = 7, MATRIX = 30;
  const $ = (id) => document.getElementById(id);
  const shown = { items: [], drawn: 0, heading: "", filters: "", into: null };
  const fold = (text) => text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();

  // What the list shows: disputes with their pairs, and single pairs that agree or are unrelated.
  const disputed = new Set(data.disputes.flat());
  const alone = judgements.filter((_, i) => !disputed.has(i));
  const nearest = new Set(data.disputes.length ? [] : [...alone].sort((x, y) => (y.scores.contradict ?? 0) - (x.scores.contradict ?? 0)).slice(0, NEAREST));
  const items = [...data.disputes.map((places) => places.map((i) => judgements[i])), ...[...nearest].map((j) => [j]),
    ...alone.filter((j) => !nearest.has(j)).map((j) => [j])];
  const group = (pairs) => (nearest.has(pairs[0]) ? "nearest" : pairs[0].doubt ? "doubt" : pairs[0].stance);

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
      marked: $("marked").value,
    };
  }

  function fits(judgement, want) {
    const stance = judgement.doubt || nearest.has(judgement) ? "contradict" : judgement.stance;
    if (!want.stances.has(stance) || !(judgement.confidence >= want.least)) return false;
    const { mark } = desk.mark(judgement);
    if (want.marked && want.marked !== (mark || "none") && !(want.marked === "any" && mark)) return false;
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
    let matches = items.map((pairs) => pairs.filter((j) => fits(j, want))).filter((pairs) => pairs.length);
    const order = $("order").value;
    if (order !== "reading") {
      const sign = order === "newest" ? -1 : 1;
      const latest = (pairs) => pairs.flatMap((j) => [statements[j.a].date, statements[j.b].date]).filter(Boolean).sort().pop() || "";
      matches = matches.map((pairs) => [latest(pairs), pairs]);
      matches.sort(([x], [y]) => (!x || !y ? (x ? -1 : y ? 1 : 0) : sign * (x < y ? -1 : x > y ? 1 : 0)));
      matches = matches.map(([, pairs]) => pairs);
    }
    Object.assign(shown, { items: matches, drawn: 0, heading: "", into: $("list") });
    $("list").replaceChildren();
    if (!matches.length) $("list").append(el("p", { class: "empty" }, judgements.length
      ? "No pair fits these filters. Clear some of them to see more." : "No pairs were judged."));
    draw(FIRST);
    press(want);
    const filters = described(want);
    shown.filters = filters.length ? "Filters: " + filters.join("; ") + ". " : "";
    $("clear").disabled = !filters.length;
    const pairs = matches.flat().length;
    $("count").textContent = pairs === judgements.length ? `All ${plural(pairs, "pair", "pairs")}`
      : `${number(pairs)} of ${plural(judgements.length, "pair", "pairs")}`;
  }

  function described(want) {
    const parts = [];
    if (want.words.length) parts.push(`search “${$("search").value.trim()}”`);
    if (want.party && want.other) parts.push(`${partyName(want.party)} against ${partyName(want.other)}`);
    else if (want.party || want.other) parts.push(partyName(want.party || want.other));
    if (want.kind) parts.push(`kind of conflict: ${want.kind}`);
    if (want.least) parts.push(`confidence at least ${$("least").value}%`);
    if (want.marked) parts.push($("marked").selectedOptions[0].textContent.toLowerCase());
    const usual = want.stances.size === 2 && want.stances.has("contradict") && want.stances.has("agree");
    if (!usual) parts.push("only " + ([...want.stances].map((s) => NAMES[s].toLowerCase()).join(", ") || "nothing"));
    return parts;
  }

  /* ---- the matrix ---- */
  function drawMatrix() {
    const cells = new Map();
    let most = 1;
    for (const [i, j, counts, disputes] of data.matrix) {
      cells.set(`${i} ${j}`, { ...counts, disputes }).set(`${j} ${i}`, { ...counts, disputes });
      most = Math.max(most, counts.contradict);
    }
    const roomy = parties.length <= ROOMY;
    const main = mainParties();
    const table = $("matrix");
    table.classList.toggle("roomy", roomy);
    table.append(el("caption", { class: "sr" }, "Pairs of statements by the parties that made them, and how they stand to each other"));
    const name = (i, scope) => el("th", { scope }, el("button", { type: "button", "data-party": i, "aria-pressed": "false",
      "aria-label": `All pairs of ${partyName(i)}` }, el("bdi", {}, partyName(i))));
    table.append(el("thead", {}, el("tr", {}, el("td", {}), main.map((i) => name(i, "col")))));
    table.append(el("tbody", {}, main.map((i) => el("tr", {}, name(i, "row"), main.map((j) => {
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

  // Those that the matrix has room for, in order; how many others there are is said.
  function mainParties() {
    const all = parties.map((_, i) => i);
    if (all.length <= MATRIX) return all;
    const weight = all.map(() => 0);
    for (const [i, j, counts] of data.matrix) for (const party of [i, j]) weight[party] += counts.contradict;
    $("matrix-rest").hidden = false;
    $("matrix-rest").textContent = `These are the ${MATRIX} parties with the most contradictions, of ${number(all.length)}; the list below has all.`;
    return all.sort((i, j) => weight[j] - weight[i]).slice(0, MATRIX).sort((i, j) => i - j);
  }

  function cell(i, j, counts, most, roomy) {
    const pairs = plural(counts.contradict, "pair contradicts", "pairs contradict");
    const label = `${partyName(i)} and ${partyName(j)}: ${plural(counts.disputes, "dispute", "disputes")}, ${pairs}, ${counts.agree} agree, ${counts.unrelated} unrelated`;
    const word = (text) => (roomy ? el("span", { class: "word" }, ` ${text}`) : null);
    const line = (look, sign, n, text) => el("span", { class: look }, `${sign} ${number(n)}`, word(text));
    const button = el("button", { type: "button", "data-pair": `${i} ${j}`, "aria-pressed": "false", "aria-label": label, title: label },
      line(counts.disputes ? "big" : "big zero", SIGNS.contradict, counts.disputes, counts.disputes === 1 ? "dispute" : "disputes"),
      counts.contradict ? el("span", { class: "small" }, `in ${plural(counts.contradict, "pair", "pairs")}`) : null,
      line("small", SIGNS.agree, counts.agree, "agree"), roomy ? line("small", SIGNS.unrelated, counts.unrelated, "unrelated") : null);
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
    const end = Math.min(shown.items.length, shown.drawn + howMany);
    const inOrder = $("order").value === "reading";
    for (; shown.drawn < end; shown.drawn++) {
      const pairs = shown.items[shown.drawn];
      const heading = inOrder ? group(pairs) : "all";
      if (heading !== shown.heading) head(heading);
      shown.into.append(card(pairs));
    }
    $("more").hidden = shown.drawn >= shown.items.length;
    $("more").textContent = `Show more (${number(shown.items.length - shown.drawn)} left)`;
  }

  // A heading; below one of agreements they are folded, unless they are all there is.
  function head(heading) {
    const own = shown.items.filter((pairs) => group(pairs) === heading);
    const many = heading === "contradict" || heading === "doubt" ? `${plural(own.length, "dispute", "disputes")}, ${plural(own.flat().length, "pair", "pairs")}` : number(own.length);
    const text = heading === "all" ? "By date" : heading === "nearest" ? HEADINGS.nearest : `${HEADINGS[heading]} (${many})`;
    shown.into = $("list");
    if (heading === "agree") {
      shown.into = el("details", { class: "fold", open: !shown.heading }, el("summary", {}, el("h3", {}, text)));
      $("list").append(shown.into);
    } else {
      $("list").append(el("h3", {}, text));
    }
    shown.heading = heading;
  }

  function card(pairs) {
    const [first] = pairs, title = `pair-${first.number}`;
    const who = [...new Set(pairs.flatMap((j) => [statements[j.a].party, statements[j.b].party]))].map(partyName);
    const node = el("article", { id: title, class: `card ${first.stance}`, tabindex: -1, "aria-labelledby": `${title}-is` },
      el("header", {},
        el("h4", { id: `${title}-is` }, badge(first), el("span", { class: "sr" }, `: ${who.slice(0, -1).join(", ")} and ${who[who.length - 1]}`)),
        el("span", { class: "sure" }, `${percent(first.confidence)} confidence`),
        pairs.length > 1 ? el("span", {}, `${number(pairs.length)} pairs on this matter`)
          : first.kind ? el("span", { class: "kind" }, "Turns on: ", el("strong", {}, first.kind)) : null,
        desk.copyButton(() => pairs), el("a", { class: "number", href: `#${title}`, title: "Link to this pair" }, `No. ${number(first.number)}`)));
    if (pairs.length === 1) node.append(...single(first));
    else node.append(versions(pairs), el("ol", { class: "pairs" }, pairs.map((j, place) => pairRow(j, place, node))));
    return node;
  }

  function badge(judgement) {
    const words = judgement.doubt ? " Doubted" : ` ${NAMES[judgement.stance]}`;
    return el("span", { class: "badge" }, el("span", { "aria-hidden": "true" }, judgement.doubt ? "?" : SIGNS[judgement.stance]), words);
  }

  function single(judgement) {
    return [...remarks(judgement), el("div", { class: "sides" }, side(judgement, "a"), side(judgement, "b")), care(judgement),
      desk.markControls(judgement), more(judgement)].filter(Boolean);
  }

  function remarks(judgement) {
    const line = (name, text) => (text ? el("p", { class: "turned" }, el("strong", {}, name), text) : null);
    return [line("Changed account: ", judgement.reversal), line("In dispute: ", judgement.doubt)].filter(Boolean);
  }

  function care(judgement) {
    return judgement.caution ? el("div", { class: "warn" }, el("strong", {}, "Read with care"),
      el("ul", {}, judgement.caution.map((text) => el("li", {}, text)))) : null;
  }

  // Every party's version beside the others', each statement once, with a sign that the pairs below name it by.
  function versions(pairs) {
    const columns = new Map(), seen = new Map();
    for (const judgement of pairs) {
      for (const which of ["a", "b"]) {
        const place = judgement[which], { party } = statements[place];
        if (seen.has(place)) continue;
        if (!columns.has(party)) columns.set(party, []);
        const column = columns.get(party);
        seen.set(place, `${String.fromCharCode(65 + [...columns.keys()].indexOf(party) % 26)}${column.length + 1}`);
        column.push(...statementBlock(judgement, which, seen.get(place)));
      }
    }
    for (const judgement of pairs) judgement.signs = [seen.get(judgement.a), seen.get(judgement.b)];
    return el("div", { class: "sides versions" }, [...columns].map(([party, parts]) =>
      el("div", { class: "side" }, el("p", { class: "who" }, el("bdi", {}, partyName(party))), parts)));
  }

  function pairRow(judgement, place, node) {
    const [one, other] = judgement.signs;
    const row = el("li", { id: place ? `pair-${judgement.number}` : null, tabindex: -1 },
      el("p", { class: "turned" }, el("strong", {}, `${one} ${judgement.doubt ? "?" : SIGNS[judgement.stance]} ${other}`),
        `, ${percent(judgement.confidence)} confidence`, judgement.kind ? `, turns on: ${judgement.kind}` : ""),
      ...remarks(judgement), care(judgement) || "", desk.markControls(judgement), more(judgement));
    const light = (on) => { for (const s of node.querySelectorAll("[data-sign]")) s.classList.toggle("lit", on && judgement.signs.includes(s.dataset.sign)); };
    for (const event of ["mouseenter", "focusin"]) row.addEventListener(event, () => light(true));
    for (const event of ["mouseleave", "focusout"]) row.addEventListener(event, () => light(false));
    return row;
  }

  function side(judgement, which) {
    return el("div", { class: "side" }, el("p", { class: "who" }, el("bdi", {}, partyName(statements[judgement[which]].party))), ...statementBlock(judgement, which));
  }

  // A statement, with who said it, when and where.
  function statementBlock(judgement, which, sign) {
    const statement = statements[judgement[which]];
    const about = [];
    if (statement.speaker) about.push(el("bdi", {}, statement.speaker));
    if (statement.date) about.push(el("time", { datetime: /^\d{4}-\d\d-\d\d/.test(statement.date) ? statement.date : null }, dateText(statement.date)));
    if (statement.source) about.push(el("cite", { dir: "auto" }, linked(statement.source)));
    if (statement.placed) about.push(el("a", { href: `#place-${judgement[which]}` }, "in the text"));
    const line = about.flatMap((part, i) => (i ? [" · ", part] : [part]));
    const quote = el("blockquote", { dir: "auto" });
    const whole = statement.text.length > LONG ? excerpt(statement, judgement, which, quote) : quote.append(...segments(statement, judgement, which, 0, statement.text.length));
    const parts = [quote, whole || "", line.length ? el("p", { class: "about-it" }, line) : ""];
    return sign ? [el("div", { class: "statement", "data-sign": sign }, el("span", { class: "sign" }, sign), parts)] : parts;
  }

  // Addresses in a source become links; nothing else does.
  function linked(source) {
    return source.split(/(https?:\/\/[^\s<>"]+)/i).map((part, i) => (i % 2
      ? el("a", { href: part, rel: "noopener noreferrer nofollow", target: "_blank" }, part) : part));
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
      const details = [s.id && `id ${s.id}`, s.commitment && `the speaker ${s.commitment} it`].filter(Boolean);
      if (details.length) parts.push(el("p", {}, `${which === "a" ? "First" : "Second"} statement: ${details.join(", ")}`));
    }
    return parts;
  }

  /* ---- theme, start ---- */
  // A link to a pair (#pair-12) finds it however far down the list it stands.
  function follow() {
    const wantedNumber = /^#pair-(\d+)$/.exec(location.hash);
    const holds = (pairs) => pairs.some((j) => j.number === Number(wantedNumber[1]));
    if (!wantedNumber) return;
    if (!shown.items.some(holds) && items.some(holds)) {
      for (const box of document.querySelectorAll("#stances input")) box.checked = true;
      apply();
    }
    const at = shown.items.findIndex(holds);
    if (at < 0) return;
    if (at >= shown.drawn) draw(at + 1 - shown.drawn);
    const node = $(location.hash.slice(1));
    const folded = node.closest("details.fold");
    if (folded) folded.open = true;
    node.focus({ preventScroll: true });
    node.scrollIntoView({ block: "start" });
  }

  function theme() {
    const next = { auto: "light", light: "dark", dark: "auto" }, names = { auto: "automatic", light: "light", dark: "dark" };
    let now = "auto";
    try { now = localStorage.getItem("stancecheck-theme") || "auto"; } catch { /* no storage: automatic */ }
    const set = (value) => {
      now = value in next ? value : "auto";
      if (now === "auto") delete document.documentElement.dataset.theme;
      else document.documentElement.dataset.theme = now;
      $("theme").textContent = `Theme: ${names[now]}`;
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
    $("stances").append(...STANCES.map((stance) => el("label", {}, el("input", { type: "checkbox", value: stance, checked: stance !== "unrelated" }),
      ` ${SIGNS[stance]} ${NAMES[stance]} (${number(data.counts[stance] || 0)})`)));
    drawMatrix();
    let waiting = 0;
    $("search").addEventListener("input", () => { clearTimeout(waiting); waiting = setTimeout(apply, 120); });
    for (const id of ["party", "other", "kind", "order", "marked"]) $(id).addEventListener("change", apply);
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
      for (const folded of document.querySelectorAll("details.fold")) folded.open = true;
      const all = shown.drawn === shown.items.length;
      $("active").textContent = shown.filters + (all ? "" : `The first ${number(shown.drawn)} of ${number(shown.items.length)} cards are printed.`);
    });
    theme();
    for (const node of document.querySelectorAll(".needs-script")) node.hidden = false;
    $("overview").hidden = !judgements.length;
    $("matrix-fold").open = parties.length < FOLDED;
    if (parties.length >= FOLDED) $("overview-title").append(` (${number(parties.length)} parties)`);
    addEventListener("hashchange", follow);
    apply();
    follow();
  }
  start();
})();
