// section_independence.js: what each group explains, and how far groups and latents depend on one another.

function independenceSection(body, page) {
  const d = page.independence, groups = list(page.groups), nulls = list(d.null).map(v => v == null ? NaN : v), known = nulls.filter(Number.isFinite);
  if (finite(d.partial)) {
    body.append(make("p", { class: "lede" }, "The partial correlation between the groups is how much they know of one another. ", sentence(verdictOn(page, "independent"))));
  }
  const grid = make("div", { class: "grid" });
  body.append(grid);
  if (groups.length) {
    picture(grid, {
      title: "Variance explained", key: "variance", note: d.variance,
      draw: width => bars(width, { label: "Variance explained by each group", axisName: "% of the variance", rows: groups.map((g, i) => ({ name: g.name, value: finite(g.variance_explained) ? 100 * g.variance_explained : null, colour: groupLook(i).colour, said: finite(g.variance_explained) ? written(100 * g.variance_explained) + " %" : "–" })) }),
      numbers: () => ({ head: ["group", "share of the variance"], rows: groups.map(g => [g.name, g.variance_explained]) }),
    });
  }
  if (known.length || finite(d.partial)) {
    picture(grid, {
      title: "Partial correlation and its circular-shift control", key: "null", note: "Bars: with the groups' time courses shifted against one another; line: as they are.",
      draw: width => histogram(width, { label: "Histogram of the partial correlation under shifts, and its value", values: nulls, mark: d.partial, markName: written(d.partial), axisName: "partial correlation (nats)", colour: tone("quiet") }),
      numbers: () => ({ head: ["the groups", "partial correlation (nats)"], rows: [["as they are", d.partial], ...[0, 0.05, 0.25, 0.5, 0.75, 0.95, 1].map(q => ["shifted, quantile " + q, quantile(nulls, q)])] }),
    });
  }
  const names = list(d.latents), K = names.length, flat = floats(d.dependence);
  if (K && flat.length === K * K) {
    // Latents of a group stand together, so that its outline is a square.
    const order = groups.flatMap(g => list(g.latents)).filter(k => k >= 0 && k < K), rest = names.map((_, k) => k).filter(k => !order.includes(k)), by = [...order, ...rest];
    const values = by.flatMap(i => by.map(j => flat[i * K + j])), rows = by.map(k => names[k]);
    let from = 0;
    const outlines = groups.map((g, i) => { const o = { from, to: from + list(g.latents).length, colour: groupLook(i).colour }; from = o.to; return o; });
    picture(grid, {
      title: "Dependence of the latents", key: "dependence", note: `${d.measure || ""}${d.measure && !/[.]$/.test(d.measure) ? "." : ""} Outlines: the groups.`,
      draw: width => [cells(width, { label: "Dependence between latents, outlined by group", rows, columns: rows, values, colour: sequential, rowName: "latent", columnName: "latent", outlines, most: 48 }),
        colourBar(width, { scale: 1, low: 0, name: "dependence (0 independent, 1 a function)", colour: sequential })],
      numbers: () => ({ head: ["latent", ...rows], rows: rows.map((n, i) => [n, ...rows.map((_, j) => values[i * K + j])]) }),
    });
  }
  if (d.bins) body.append(make("p", { class: "note" }, "All of this is of " + d.bins.replace(/^of /i, "").replace(/[.]$/, "") + "."));
}
