// cells.js: small matrices with names for rows and columns, and with their numbers if all of them have room.

function matrixPanel(panel, f) {
  const m = panel.matrix, values = decoded(m, m => floats(m.values)), { limit, unsigned, name } = m.colours, colour = v => unsigned ? sequential(v / limit) : diverging(v / limit);
  return {
    draw: width => [cells(width, { label: panel.title, rows: m.rows, columns: m.columns, values, top: limit, colour, rowName: m.row_name, columnName: m.column_name, outlines: list(m.outlines).map(o => ({ ...o, colour: lookOf(o.look, f).colour })), most: 48 }),
      colourBar(width, { scale: limit, low: unsigned ? 0 : -limit, name, colour })],
    numbers: () => ({ head: [m.row_name, ...m.columns], rows: m.rows.map((n, i) => [n, ...m.columns.map((_, j) => values[i * m.columns.length + j])]) }),
  };
}

// cells draws values (R,C) row-major; top is the largest magnitude, colour
// gives [red, green, blue] of a value; outlines are {from, to, colour} along the diagonal.
function cells(width, { label: about, rows, columns, values, top = 1, colour, rowName, columnName, outlines = [], most = 64 }) {
  const left = Math.min(36 + Math.min(widest(rows, 12), 110), width * 0.42), cell = Math.max(4, Math.min(most, (width - left - 8) / columns.length));
  const upright = widest(columns, 12) + 4 > cell, foot = upright ? Math.min(widest(columns, 12), 100) + 10 : 20;
  const w = cell * columns.length, h = cell * rows.length, height = h + foot + 30;
  const svg = shape("svg", { viewBox: `0 0 ${width} ${height}`, width, height, role: "img", "aria-label": about });
  // Only some of the numbers would look like a choice: all are written, in the larger of two sizes that fits, or none.
  const said = Array.from(values, v => fixed(v, top)), size = [11, 9].find(s => widest(said, s) < cell - 3);
  rows.forEach((r, i) => columns.forEach((c, j) => {
    const v = values[i * columns.length + j], fill = colour(v), x = left + j * cell, y = 2 + i * cell;
    svg.append(shape("rect", { x, y, width: cell + 0.3, height: cell + 0.3, fill: hex(fill) }, shape("title", {}, `${r} ← ${c}: ${written(v)}`)));
    if (size) svg.append(text(x + cell / 2, y + cell / 2 + 4, said[i * columns.length + j], "middle", size, on(fill)));
  }));
  svg.append(shape("rect", { x: left, y: 2, width: w, height: h, fill: "none", stroke: tone("line") }));
  for (const o of outlines) {
    svg.append(shape("rect", { x: left + o.from * cell, y: 2 + o.from * cell, width: (o.to - o.from) * cell, height: (o.to - o.from) * cell, fill: "none", stroke: o.colour, "stroke-width": 3 }));
  }
  const every = Math.max(1, Math.ceil(13 / cell));
  rows.forEach((r, i) => { if (i % every === 0) svg.append(label(left - 7, 2 + (i + 0.5) * cell + 4, r, left - 28, "end")); });
  columns.forEach((c, j) => {
    const x = left + (j + 0.5) * cell;
    if (!upright) svg.append(text(x, h + 18, c, "middle"));
    else if (j % every === 0) svg.append(label(0, 0, c, 100, "end", 12, null, { transform: `translate(${x + 4} ${h + 8}) rotate(-90)` }));
  });
  svg.append(text(left + w / 2, height - 6, fitted(columnName, Math.max(w, 80)), "middle", 12.5, tone("ink")));
  svg.append(text(0, 0, fitted(rowName, Math.max(h, 60)), "middle", 12.5, tone("ink"), { transform: `translate(13 ${2 + h / 2}) rotate(-90)` }));
  return svg;
}
