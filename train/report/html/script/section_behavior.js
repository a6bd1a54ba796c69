// section_behavior.js: the behaviour beside what is decoded of it, and how well.

function behaviorSection(body, page) {
  const b = page.behavior, columns = list(b.names);
  const r2 = list(b.r2), groups = list(page.groups), all = r2[0];
  body.append(make("p", { class: "lede" }, "The behaviour was never shown to the model: it is read off the latents afterwards. ",
    all && finite(all.mean) ? `From all latents R² is ${hundredths(all.mean)}, where 1 is perfect and 0 no better than the mean. ` : "", columns.length ? bestGroups(b, groups) : ""));
  drawFigures(body, page, "behavior");
}

// bestGroups says from which group each column of the behaviour is decoded best.
function bestGroups(b, groups) {
  if (groups.length < 2) return "";
  const told = list(b.names).slice(0, 6).map((name, d) => {
    const of = groups.map(g => ({ g, v: columnR2(b, g.name, d) })).filter(o => finite(o.v) && o.v > 0.01).sort((x, y) => y.v - x.v)[0];
    return of ? `${name} from ${of.g.name} (${hundredths(of.v)})` : `${name} from none`;
  });
  return "Of single groups, best decoded: " + told.join("; ") + ".";
}

// columnR2 is how well column d of the behaviour is decoded from a group.
function columnR2(b, group, d) { const r = list(b && b.r2).find(r => r.name === group); return r ? list(r.columns)[d] : null; }
