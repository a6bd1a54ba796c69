// lines.js: panels of curves over one axis, in plots below one another.

function linesPanel(panel, f) {
  const l = panel.lines, read = decoded(l, l => ({ at: list(l.at).map(floats), plots: list(l.plots).map(p => ({ y: p.y, series: list(p.series).map(s => ({ ...s, y: floats(s.y), spread: s.spread ? floats(s.spread) : null })) })) }));
  const all = read.plots.flatMap(p => p.series), conditions = all.some(s => s.look.of === "condition"), filled = all.some(s => s.filled), many = read.plots.length;
  const marks = list(l.marks).map(m => ({ at: m.at, name: m.name, colour: m.result ? tone("accent") : null })), height = panel.wide ? 150 : many > 2 ? 170 : many > 1 ? 210 : 240;
  // Bands hide one another, so only the chosen conditions have them, unless these are too many.
  const banded = series => { const some = series.filter(s => s.spread && chosen(s.look.index || 0)); return some.length <= (f.most_bands || some.length) ? some : []; };
  const line = width => s => {
    const look = lookOf(s.look, f), x = read.at[s.at] || [], own = { x, y: s.y, ...look, name: s.name, spread: s.spread };
    if (s.faint) return { ...own, width: 1, opacity: 0.35, faint: true };
    if (s.look.of !== "condition") return { ...own, width: panel.wide ? s.look.of ? 1.6 : 2.6 : s.look.of ? 2 : 1.5 };
    return { ...own, width: chosen(s.look.index || 0) && x.length <= width ? 2 * slim(f) : 1, opacity: chosen(s.look.index || 0) ? null : 0.18, faint: !chosen(s.look.index || 0) };
  };
  const ribbons = series => [
    ...banded(series).map((s, _, some) => ({ x: read.at[s.at], low: s.y.map((v, i) => v - s.spread[i]), high: s.y.map((v, i) => v + s.spread[i]), colour: lookOf(s.look, f).colour, opacity: some.length <= 4 ? 0.2 : 0.13 })),
    ...series.filter(s => s.filled).map(s => ({ x: read.at[s.at], low: s.y.map(() => 0), high: s.y, colour: lookOf(s.look, f).colour, opacity: 0.4 })),
  ];
  return {
    topic: conditions ? "conditions" : null,
    hint: conditions ? "Point at it, or use the arrow keys, to read values" + (list(f.conditions).length > 1 ? "; press conditions above to single them out." : ".") : null,
    draw: width => read.plots.map((p, k) => plot(width, {
      label: `${panel.title}: ${p.y.label} over ${l.x.label}`, height: onPaper(height), x: { ...l.x, label: k === many - 1 ? l.x.label : "" }, y: p.y,
      read: filled ? null : { section: f.section + "/" + l.x.label, x: l.x.label },
      shades: list(l.shades).map((s, i) => ({ ...s, bare: i % 2 === 1 })), marks: marks.map(m => ({ ...m, name: k ? "" : m.name })), bands: ribbons(p.series),
      lines: p.series.filter(s => !s.filled).map(line(width)).sort((s, t) => (t.faint || 0) - (s.faint || 0)),
    })),
    numbers: () => linesNumbers(l.x, read),
  };
}

// linesNumbers has a column a curve if they are few; else the curves stand below one another, with a column a plot.
function linesNumbers(axis, { at, plots }) {
  const read = plots.flatMap(p => p.series.filter(s => !s.faint && s.y.length).map(s => ({ ...s, name: plots.length > 1 ? p.y.label + ", " + s.name : s.name, x: at[s.at] || [] })));
  if (!read.length) return { head: [axis.label], rows: [["–"]] };
  if (new Set(read.map(s => s.at)).size < 3) {
    const x = read[0].x;
    return { head: [axis.label, ...read.map(s => s.name)], rows: thinned(x.length, 25).map(i => [x[i], ...read.map(s => s.x.length ? s.y[nearestPlace(s.x, x[i])] : null)]), note: read.some(s => s.at !== read[0].at) ? "Of each curve, the nearest value." : "" };
  }
  return {
    head: ["line", axis.label, ...plots.flatMap(p => [p.y.label, "± sd"])], note: "Thinned to eight places a line.",
    rows: plots[0].series.slice(0, 24).flatMap((s, n) => thinned(s.y.length, 8).map(i => [s.name, (at[s.at] || [])[i], ...plots.flatMap(p => { const c = p.series[n]; return c ? [c.y[i], c.spread ? c.spread[i] : null] : [null, null]; })])),
  };
}
