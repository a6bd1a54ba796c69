// bars.js: panels of bars with their numbers.

function barsPanel(panel, f) {
  const b = panel.bars, rows = list(b.rows), stack = rows.some(r => list(r.parts).length > 1), by = b.percent ? 100 : 1, domain = b.axis.domain && b.axis.domain.map(v => v * by);
  const one = r => { const p = list(r.parts)[0] || { look: {} }; return { name: r.name, value: finite(p.value) ? by * p.value : null, colour: lookOf(p.look, f).colour, said: b.percent ? finite(p.value) ? written(100 * p.value) + " %" : "–" : null }; };
  return {
    draw: width => stack ? stacked(width, { label: panel.title, axisName: b.axis.label, rows: rows.map(r => ({ name: r.name, parts: list(r.parts).map(p => ({ name: p.name, value: p.value, colour: lookOf(p.look, f).colour })) })) })
      : bars(width, { label: panel.title, axisName: b.axis.label, domain, rows: rows.map(one) }),
    numbers: () => ({ head: ["bar", b.axis.label], rows: rows.flatMap(r => list(r.parts).map(p => [[r.name, p.name].filter(Boolean).join(", "), p.value])) }),
  };
}

// bars draws one horizontal bar for each of {name, value, colour}; the axis begins at 0 and reaches at least to the values.
function bars(width, { label: about, rows, axisName, domain }) {
  const each = 30, top = 6, bottom = 44, height = top + rows.length * each + bottom;
  const range = extent(rows.map(r => r.value == null ? NaN : r.value)) || [0, 1];
  const scale = axis({}, domain || [Math.min(0, range[0]), Math.max(range[1], range[0] < 0 ? 0 : 1e-9)], width, 70, false);
  const left = Math.min(width * 0.4, 22 + widest(rows.map(r => r.name), 13)), w = width - left - 62;
  const X = v => left + clamp(scale.place(v), 0, 1) * w;
  const svg = shape("svg", { viewBox: `0 0 ${width} ${height}`, width, height, role: "img", "aria-label": about });
  scale.ticks = steps(scale.low, scale.high, Math.max(2, Math.floor(w / 80)));
  for (const t of scale.ticks) {
    svg.append(shape("line", { x1: X(t.value), x2: X(t.value), y1: top, y2: height - bottom, stroke: tone(t.value ? "grid" : "line") }));
    svg.append(text(X(t.value), height - bottom + 18, t.text, "middle"));
  }
  svg.append(text(left + w / 2, height - 6, fitted(axisName, Math.min(width, w + 120)), "middle", 12.5, tone("ink")));
  rows.forEach((r, i) => {
    const y = top + i * each + 5, a = X(0), b = finite(r.value) ? X(r.value) : a;
    svg.append(label(left - 10, y + 14, r.name, left - 12, "end", 13, tone("ink")));
    svg.append(shape("rect", { x: Math.min(a, b), y, width: Math.max(Math.abs(b - a), finite(r.value) ? 1 : 0), height: each - 10, rx: 2, fill: r.colour, "fill-opacity": r.opacity || null }));
    svg.append(text(Math.max(a, b) + 7, y + 14, r.said || hundredths(r.value), "start", 12.5, tone("ink")));
  });
  return svg;
}

// stacked is one bar of parts that add up to 1.
function stacked(width, { label: about, axisName, rows }) {
  const each = 34, left = Math.min(width * 0.42, 22 + widest(rows.map(r => r.name), 12.5)), w = width - left - 8, height = 8 + rows.length * each + 40;
  const svg = shape("svg", { viewBox: `0 0 ${width} ${height}`, width, height, role: "img", "aria-label": about });
  rows.forEach((r, i) => {
    let at = left;
    const y = 4 + i * each;
    svg.append(label(left - 10, y + 17, r.name, left - 10, "end", 12.5, tone("ink")));
    r.parts.forEach(look => {
      const v = look.value;
      if (!finite(v) || v <= 0) return;
      const long = clamp(v, 0, 1) * w;
      svg.append(shape("rect", { x: at, y, width: Math.max(0, long - 1), height: each - 10, fill: look.colour }, shape("title", {}, look.name + ": " + percent(v))));
      if (long > 40) svg.append(text(at + long / 2, y + 16, percent(v), "middle", 12, on(rgb(look.colour))));
      at += long;
    });
  });
  for (const f of [0, 0.5, 1]) svg.append(text(left + f * w, height - 24, percent(f), f === 1 ? "end" : f ? "middle" : "start"));
  svg.append(text(left + w / 2, height - 5, fitted(axisName, w + 16), "middle", 12.5, tone("ink")));
  return svg;
}

// percent is a share in whole percents, or with one digit where it is below one.
function percent(v) {
  if (!finite(v)) return "–";
  const size = Math.abs(v);
  return (size >= 0.0005 && size < 0.0095 ? (100 * v).toFixed(1) : String(Math.round(100 * v) || 0)).replace("-", "−") + " %";
}
