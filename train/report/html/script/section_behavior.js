// section_behavior.js: the behaviour beside what is decoded of it, and how well.

function behaviorSection(body, page) {
  const b = page.behavior, columns = list(b.names);
  const r2 = list(b.r2), groups = list(page.groups), all = r2[0];
  body.append(make("p", { class: "lede" }, "The behaviour was never shown to the model: it is read off the latents afterwards. ",
    all && finite(all.mean) ? `From all latents R² is ${hundredths(all.mean)}, where 1 is perfect and 0 no better than the mean. ` : "", b.best || ""));
  drawFigures(body, page, "behavior");
}
