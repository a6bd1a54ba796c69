// section_behavior.js: the behaviour beside what is decoded of it, and how well.

function behaviorSection(body, page) {
  const b = page.behavior, names = conditionNames(page), columns = list(b.names);
  const r2 = list(b.r2), groups = list(page.groups), all = r2[0];
  body.append(make("p", { class: "lede" }, "The behaviour was never shown to the model: it is read off the latents afterwards. ",
    all && finite(all.mean) ? `From all latents R² is ${hundredths(all.mean)}, where 1 is perfect and 0 no better than the mean. ` : "", b.best || ""));
  if (r2.length) {
    const colour = r => { const g = groups.findIndex(g => g.name === r.name); return g < 0 ? tone("ink") : groupLook(g).colour; };
    picture(body, {
      title: "How well the behaviour is decoded", key: "r2", wide: true,
      draw: width => bars(width, { label: "R² of the behaviour decoded from each group", axisName: "R², mean over " + counted(columns.length, "column"), domain: [Math.max(-1, Math.min(0, ...r2.map(r => finite(r.mean) ? r.mean : 0))), 1], rows: r2.map(r => ({ name: r.name, value: r.mean, colour: colour(r) })) }),
      numbers: () => ({ head: ["from", ...columns, "mean"], rows: r2.map(r => [r.name, ...columns.map((_, d) => list(r.columns)[d]), r.mean]) }),
    });
  }
  const ends = () => { if (b.how) body.append(make("p", { class: "note" }, b.how)); };
  const panels = list(b.panels).map(p => ({ ...p, tracks: list(p.tracks).map(t => ({ ...t, points: floats(t.points) })) }));
  if (!panels.length) { ends(); return; }
  const bar = make("div", { class: "bar control" });
  if (panels.some(p => p.tracks.some(t => t.single))) bar.append(singlesButton());
  if (names.length > 1) body.append(bar, legend(page.latents ? page.latents.condition : "", names, i => panels.some(p => p.tracks.some(t => t.condition === i))));
  const split = p => { const x = new Float32Array(p.length >> 1), y = new Float32Array(p.length >> 1); for (let i = 0; i < x.length; i++) { x[i] = p[2 * i]; y[i] = p[2 * i + 1]; } return { x, y }; };
  for (const p of panels) for (const t of p.tracks) Object.assign(t, split(t.points));
  const everything = panels.flatMap(p => p.tracks), range = k => { const e = extent(...everything.map(t => t[k])); return e && [e[0] - 0.04 * (e[1] - e[0]), e[1] + 0.04 * (e[1] - e[0])]; };
  const grid = make("div", { class: "grid small" });
  body.append(grid);
  const unit = a => b.unit && !/\(/.test(a) ? `${a} (${b.unit})` : a;
  for (const p of panels) {
    picture(grid, {
      title: p.name, key: "trails-" + p.name, topic: "behavior",
      draw: width => plot(width, {
        label: `${p.name}: ${list(p.axes).join(" and ")} by condition`, height: onPaper(clamp(width, 220, 360)), equal: true, x: { label: unit(p.axes[0]), domain: range("x") }, y: { label: unit(p.axes[1]), domain: range("y") },
        lines: p.tracks.filter(visible(names)).sort((s, t) => t.single - s.single).map(t => ({ x: t.x, y: t.y, colour: lookOf(names, t.condition).colour, dash: t.single ? "" : lookOf(names, t.condition).dash, name: t.name, ...(t.single ? { width: 1, opacity: 0.3 } : chosen(t.condition) ? { width: 2.2 * slim(names) } : { width: 1.2, opacity: 0.18 }) })),
      }),
      note: () => p.tracks.some(t => t.single) && singlesNote(names) ? `Means over trials${singlesNote(names)}.` : "",
      numbers: () => ({
        head: ["line", "point", ...p.axes.map(unit)], note: "Means where there are some, else single trials; thinned to six points each.",
        rows: (p.tracks.some(t => !t.single) ? p.tracks.filter(t => !t.single) : p.tracks).slice(0, 24).flatMap(t => thinned(t.x.length, 6).map(i => [t.name, i, t.x[i], t.y[i]])),
      }),
    });
  }
  ends();
}
