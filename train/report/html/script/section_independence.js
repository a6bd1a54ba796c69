// section_independence.js: what each group explains, and how far groups and latents depend on one another.

function independenceSection(body, page) {
  const d = page.independence, nulls = list(d.null).map(v => v == null ? NaN : v), known = nulls.filter(Number.isFinite);
  if (finite(d.partial)) {
    body.append(make("p", { class: "lede" }, "The partial correlation between the groups measures how much they depend on one another. ", sentence(verdictOn(page, "independent"))));
  }
  const promises = list(d.promises);
  if (promises.length) body.append(table("What the structure asks to be independent", ["independent", "partial correlation (nats)", "control", "p", "independent?"], promises.map(f => [f.name, f.partial_correlation, f.partial_correlation_null, f.partial_correlation_p, f.dependent ? "no" : "nothing says otherwise"])));
  drawFigures(body, page, "independence");
}
