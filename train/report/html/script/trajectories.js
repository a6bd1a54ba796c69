// trajectories.js: panels of lines through a plane, or through space, which orbit.js turns.

function trajectoriesPanel(panel, f) {
  const t = panel.trajectories, axes = list(t.axes), D = Math.max(2, axes.length), tracks = decoded(t, t => list(t.tracks).map(t => ({ ...t, points: floats(t.points) })));
  const column = (points, k) => points.filter((_, i) => i % D === k), singles = tracks.some(t => t.single);
  const shown = () => tracks.filter(visible(f)).sort((s, t) => chosen(s.condition) - chosen(t.condition) || t.single - s.single);
  const label = `${panel.title}: ${axes.map(a => a.label).filter(Boolean).join(", ")}`, look = t => lookOf({ of: "condition", index: t.condition }, f);
  const space = width => orbit(width, {
    label, axes, key: panel.key, height: Math.max(isPaper() ? 225 : 250, onPaper(clamp(width * 0.86, 260, 460))),
    tracks: shown().map(t => ({ ...look(t), points: t.points, faint: t.single, slim: slim(f), ghost: !chosen(t.condition), name: t.name })),
  });
  const plane = width => plot(width, {
    label, height: onPaper(clamp(width, 220, 360)), equal: panel.square, x: axes[0], y: axes[1],
    lines: shown().map(t => ({ x: column(t.points, 0), y: column(t.points, 1), colour: look(t).colour, dash: t.single ? "" : look(t).dash, name: t.name, ...(t.single ? { width: 1, opacity: 0.3 } : chosen(t.condition) ? { width: 2.2 * slim(f) } : { width: 1.2, opacity: 0.18 }) })),
  });
  return {
    topic: "conditions", row: D === 3 ? "pair" : "grid small", draw: width => axes.length < 2 ? [] : D === 3 ? space(width) : plane(width),
    note: () => singles ? (panel.note || "").replace(/[.]$/, singlesNote(f) + ".") : panel.note,
    hint: D === 3 ? "Drag or arrow keys turn it; Ctrl and the wheel, + and −, or the buttons zoom; double-click or Home resets." : null,
    numbers: () => ({
      head: ["line", "point", ...axes.map(a => a.label)], note: "Means if there are any, else single trials; thinned to ten points each.",
      rows: (tracks.some(t => !t.single) ? tracks.filter(t => !t.single) : tracks).slice(0, 24).flatMap(t => thinned(Math.floor(t.points.length / D), 10).map(i => [t.name, i, ...axes.map((_, k) => t.points[D * i + k])])),
    }),
  };
}
