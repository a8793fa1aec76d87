// The articles with their statements marked in place, each with links to its pairs.
(() => {
  const { data, el, SIGNS } = desk;
  const ORDER = ["contradict", "agree"], MOST = 6;
  const pairsOf = data.statements.map(() => []);
  for (const judgement of data.judgements) {
    if (ORDER.includes(judgement.stance) || judgement.doubt) for (const side of ["a", "b"]) pairsOf[judgement[side]].push(judgement);
  }
  const rank = (judgement) => (judgement.doubt ? 0.5 : ORDER.indexOf(judgement.stance));
  for (const pairs of pairsOf) pairs.sort((one, other) => rank(one) - rank(other) || one.number - other.number);

  const links = (pairs) => el("sup", {}, pairs.slice(0, MOST).map((judgement) => el("a", { href: `#pair-${judgement.number}`,
    class: judgement.stance, title: `Pair ${judgement.number}` }, `${judgement.doubt ? "?" : SIGNS[judgement.stance]}${judgement.number}`)),
  pairs.length > MOST ? "…" : "");

  function pieces(text, places) {
    const cuts = [...new Set([0, text.length, ...places.flatMap(([start, end]) => [start, end])])].sort((x, y) => x - y);
    const ends = (at) => places.filter(([, end, i]) => end === at && pairsOf[i].length).map(([, , i]) => links(pairsOf[i]));
    const starts = (at) => places.filter(([start]) => start === at).map(([, , i]) => el("span", { id: `place-${i}`, class: "place", tabindex: -1 }));
    return cuts.slice(1).flatMap((to, n) => {
      const from = cuts[n];
      const inside = places.filter(([start, end]) => start <= from && to <= end).sort((x, y) => (x[1] - x[0]) - (y[1] - y[0]));
      const said = inside.find(([, , i]) => pairsOf[i].length) || inside[0];
      const first = said && pairsOf[said[2]][0];
      const words = text.slice(from, to);
      return [...starts(from), said ? el("span", { class: `said ${first ? first.stance : ""}` }, words) : words, ...ends(to)];
    });
  }

  const section = document.getElementById("articles");
  for (const { source, text, places } of data.articles) {
    if (!places.length) continue;
    for (const [, , i] of places) data.statements[i].placed = true;
    section.append(el("h3", { dir: "auto" }, source), el("div", { class: "article", dir: "auto" }, pieces(text, places)));
    section.hidden = false;
  }
})();
