// section_connectivity.js: W and each group's part of it, neuron by neuron and region by region.

function connectivitySection(body, page) {
  if (!page.connectivity.n) { body.append(make("p", { class: "missing" }, "No neurons.")); return; }
  body.append(make("p", { class: "lede" }, "Each cell is the weight by which the past activity of neuron j (column) drives neuron i (row)."));
  drawFigures(body, page, "connectivity");
}
