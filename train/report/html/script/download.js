// download.js: saves a panel as a file: its drawing as SVG or PNG, and the numbers of the drawing as CSV.

// savers are the buttons of a panel. values, if any, returns {head, rows} of all numbers.
function savers(panel, title, values) {
  const button = (format, save) => make("button", { type: "button", class: "save control", "aria-label": `Save as ${format}: ${title}`, title: "Save as " + format, click: save }, format);
  const name = title.replace(/[^\p{L}\p{N}]+/gu, "_").slice(0, 60);
  return make("span", { class: "savers control" },
    button("SVG", () => deliver(new Blob([drawing(panel)], { type: "image/svg+xml" }), name + ".svg")),
    button("PNG", async () => deliver(await raster(drawing(panel)), name + ".png")),
    values ? button("CSV", () => deliver(new Blob([csv(values())], { type: "text/csv;charset=utf-8" }), name + ".csv")) : null);
}

// deliver hands a file to the browser.
function deliver(blob, name) {
  const href = URL.createObjectURL(blob);
  make("a", { href, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(href), 10000);
}

// drawing returns a panel as an SVG file in the colours of white paper. Canvases become images in it.
function drawing(panel) {
  const root = document.documentElement, theme = root.dataset.theme;
  if (theme === "dark") { root.dataset.theme = "light"; panel.redraw(); }
  try {
    const box = panel.holder.getBoundingClientRect(), width = Math.ceil(box.width), height = Math.ceil(box.height);
    const svg = shape("svg", { xmlns: svgNamespace, width, height, viewBox: `0 0 ${width} ${height}`, "font-family": getComputedStyle(document.body).fontFamily },
      shape("rect", { width, height, fill: "#FFFFFF" }));
    for (const e of panel.holder.querySelectorAll("canvas, svg")) {
      if (e.parentElement.closest("svg")) continue;
      const b = e.getBoundingClientRect(), at = { x: b.left - box.left, y: b.top - box.top, width: b.width, height: b.height };
      if (e.tagName === "CANVAS") {
        if (e.width && e.height) svg.append(shape("image", { ...at, href: e.toDataURL(), preserveAspectRatio: "none", "image-rendering": e.classList.contains("cells") ? "pixelated" : null }));
        continue;
      }
      const copy = e.cloneNode(true);
      for (const [key, value] of Object.entries(at)) copy.setAttribute(key, value);
      svg.append(copy);
    }
    return new XMLSerializer().serializeToString(svg);
  } finally {
    if (theme === "dark") { root.dataset.theme = theme; panel.redraw(); }
  }
}

// raster returns a PNG of an SVG, twice as fine as the screen.
async function raster(svg) {
  const image = new Image(), fine = 2;
  image.src = "data:image/svg+xml;charset=utf-8," + encodeURIComponent(svg);
  await image.decode();
  const canvas = make("canvas", { width: image.width * fine, height: image.height * fine });
  canvas.getContext("2d").drawImage(image, 0, 0, canvas.width, canvas.height);
  return new Promise(done => canvas.toBlob(done, "image/png"));
}

// csv writes a table as RFC 4180 has it. A missing number is an empty field.
function csv({ head, rows }) {
  const field = v => typeof v === "number" ? Number.isFinite(v) ? String(Number(v.toPrecision(9))) : "" : v == null ? "" : /[",\r\n]/.test(v) ? '"' + v.replace(/"/g, '""') + '"' : v;
  return [head, ...rows].map(row => Array.from(row, field).join(",") + "\r\n").join("");
}

// allValues are the numbers of a panel's drawing by its kind, all of them: {head, rows}.
const allValues = {
  lines: panel => {
    const l = panel.lines, at = list(l.at).map(floats);
    return {
      head: ["plot", "line", l.x.label, "value", "half width of band"],
      rows: list(l.plots).flatMap(p => list(p.series).flatMap(s => {
        const y = floats(s.y), spread = s.spread ? floats(s.spread) : [];
        return Array.from(y, (v, i) => [p.y.label, s.name, (at[s.at] || [])[i], v, spread[i]]);
      })),
    };
  },
  bars: panel => ({ head: ["bar", "part", panel.bars.axis.label], rows: list(panel.bars.rows).flatMap(r => list(r.parts).map(p => [r.name, p.name, p.value])) }),
  trajectories: panel => {
    const axes = list(panel.trajectories.axes), D = Math.max(2, axes.length);
    return {
      head: ["line", "of", "point", ...axes.map(a => a.label)],
      rows: list(panel.trajectories.tracks).flatMap(t => {
        const points = floats(t.points);
        return Array.from({ length: Math.floor(points.length / D) }, (_, i) => [t.name, t.single ? "single trial" : "mean", i, ...axes.map((_, k) => points[D * i + k])]);
      }),
    };
  },
  matrix: panel => {
    const m = panel.matrix, rows = list(m.rows), columns = list(m.columns), values = floats(m.values);
    return { head: [m.row_name || "row", m.column_name || "column", m.colours.name], rows: rows.flatMap((r, i) => columns.map((c, j) => [r, c, values[i * columns.length + j]])) };
  },
  chord: panel => {
    const names = list(panel.chord.names), flows = floats(panel.chord.flows);
    return { head: ["to", "from", panel.chord.colours.name], rows: names.flatMap((to, i) => names.map((from, j) => [to, from, flows[i * names.length + j]])) };
  },
  map: (panel, f) => {
    const n = f.neurons, { source } = decoded(f, atlas).maps.find(m => m.panel === panel), order = n.orders[orderOf(n)].permutation, name = i => list(n.names)[i] || String(i);
    return { head: ["to \\ from", ...order.map(name)], rows: order.map(i => [name(i), ...order.map(j => source.at(i, j))]) };
  },
};
