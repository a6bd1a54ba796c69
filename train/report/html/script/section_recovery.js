// section_recovery.js: how far the truth is found, and the found latents and connectivities beside the true ones.

function recoverySection(body, page) {
  if (list(page.recovery.metrics).length) body.append(figureTable(page.recovery.metrics));
  drawFigures(body, page, "recovery");
}
