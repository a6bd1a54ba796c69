// section_independence.js: what each group explains, and how far groups and latents depend on one another.

function independenceSection(body, page) {
  const d = page.independence, nulls = list(d.null).map(v => v == null ? NaN : v), known = nulls.filter(Number.isFinite);
  if (finite(d.partial)) {
    let s = `The partial correlation between the groups, how much they know of one another, is ${written(d.partial)} nats`;
    if (known.length) s += `. In the circular-shift control (${known.length} shifts of the groups' time courses against one another), p = ${written(d.p, 2)}: ${shiftVerdict(d)}`;
    body.append(make("p", { class: "lede" }, s + "."));
  }
  drawFigures(body, page, "independence");
}

// shiftVerdict says what a partial correlation means beside those of shifted groups.
function shiftVerdict(d) {
  if (d.dependent) return "the groups depend on one another";
  return byChance(d) ? "no evidence that the groups depend on one another" : "more than the shifts give, but less than twice their mean, which is too little to call the groups dependent";
}

// byChance says whether more than a few of the shifts reach the measured partial correlation.
const byChance = d => d.p > judged.rare;
