// heatmap.js: matrices of neurons by neurons on a canvas, with one cursor over all of them.

// orderOf is the place of the order that is shown: the one that the reader chose, if the neurons have it.
const orderOf = neurons => { const i = neurons.orders.findIndex(o => o.name === state.order); return i < 0 ? neurons.first : i; };

// atlas returns the shared parts of a figure's maps: their sources and, if neurons have names, a cursor over all maps
// and its readout.
function atlas(f) {
  const n = f.neurons, A = floats(n.a), B = floats(n.b), names = list(n.names), regions = list(n.regions);
  const label = i => !names[i] ? "neuron " + i : /^\d+$/.test(names[i]) ? "neuron " + names[i] : names[i];
  const place = i => regions[i] ? `${label(i)} in ${regions[i]}` : label(i);
  const maps = panelsOf([f]).filter(p => p.map).map(p => ({ panel: p, source: p.map.values ? dense(floats(p.map.values), n.n) : product(A, B, n.n, n.k, list(p.map.latents)) }));
  return { maps, place, named: names.length > 0 };
}

function mapPanel(panel, f) {
  const n = f.neurons, shared = decoded(f, atlas), { source } = shared.maps.find(m => m.panel === panel), guide = shared.named ? readout(f, shared, panel === shared.maps[0].panel) : {};
  const draw = width => {
    const o = orderOf(n), order = n.orders[o], { limit, name } = panel.map.colours[o], segments = order.segments, longest = widest(segments.length > 1 ? segments.map(s => s.name) : [n.n], 12);
    const margin = Math.round((shared.named ? 38 : 40) + Math.min(longest, width < 320 ? 44 : 90)), by = order.name === "as in the file" ? "" : ", " + order.name;
    return [heatmap(width, { label: panel.title, source, order: order.permutation, segments, scale: limit, margin, pointer: guide.pointer, rowName: "to neuron i" + by, columnName: "from neuron j" + by, block: n.block }),
      colourBar(width, { scale: limit, left: margin, name })];
  };
  return { topic: "map", row: guide.beside ? "pair lean" : "grid", beside: guide.beside, draw, numbers: () => strongest(source, shared.place) };
}

// readout returns the cursor of a figure's maps and the text with the weights at the cursor. The first map of the
// figure makes both.
function readout(f, shared, first) {
  if (first) {
    const box = make("div", { class: "readout" }), pointer = { cell: () => state.cell, shown: [], move: null }, n = f.neurons.n;
    state.cell = (state.cell || strongestPair(shared.maps[0].source)).map(i => clamp(i, 0, n - 1));
    const describe = () => {
      const [i, j] = state.cell, w = shared.maps.map(m => m.source.at(i, j)), top = Math.max(...w.map(Math.abs));
      box.replaceChildren(make("p", {}, make("b", {}, shared.place(j)), " drives ", make("b", {}, shared.place(i))), make("dl", {}, shared.maps.map((m, k) => {
        const swatch = m.panel.look.of ? make("span", { class: "swatch" }) : null;
        if (swatch) swatch.style.background = lookOf(m.panel.look, f).colour;
        return make("div", {}, make("dt", {}, swatch, m.panel.title), make("dd", {}, aligned(w[k], top)));
      })), make("p", { class: "note control" }, "The exact weights at the cursor, which mouse or arrow keys (Shift: by ten) move on every map."));
      return `${shared.place(j)} drives ${shared.place(i)}: ${written(w[0])}`;
    };
    pointer.move = (i, j) => { state.cell = [i, j]; pointer.shown.forEach(f => f()); say(describe()); };
    describe();
    Object.assign(shared, { pointer, box });
  }
  return { pointer: shared.pointer, beside: first ? shared.box : null };
}

// product is rows times columns of latents ks: the source of a W_g, never multiplied out as a whole. A is (N,K), B is (K,N).
function product(A, B, N, K, ks) {
  return {
    n: N,
    at(i, j) { let s = 0; for (const k of ks) s += A[i * K + k] * B[k * N + j]; return s; },
    // means returns the means of blocks of neurons in an order. The mean of a block of A B is the mean rows of A times the
    // mean columns of B.
    means(order, block) {
      const c = Math.ceil(N / block), a = new Float64Array(c * ks.length), b = new Float64Array(ks.length * c), out = new Float32Array(c * c);
      for (let p = 0; p < N; p++) {
        const q = Math.floor(p / block), size = Math.min(block, N - q * block);
        ks.forEach((k, m) => { a[q * ks.length + m] += A[order[p] * K + k] / size; b[m * c + q] += B[k * N + order[p]] / size; });
      }
      for (let i = 0; i < c; i++) for (let m = 0; m < ks.length; m++) {
        const f = a[i * ks.length + m];
        for (let j = 0; j < c; j++) out[i * c + j] += f * b[m * c + j];
      }
      return out;
    },
  };
}

// dense is the source of a matrix that is at hand, (n,n) row-major.
function dense(values, n) {
  return {
    n,
    at: (i, j) => values[i * n + j],
    means(order, block) {
      const c = Math.ceil(n / block), out = new Float32Array(c * c), size = q => Math.min(block, n - q * block);
      for (let p = 0; p < n; p++) for (let q = 0; q < n; q++) out[Math.floor(p / block) * c + Math.floor(q / block)] += values[order[p] * n + order[q]];
      for (let i = 0; i < c; i++) for (let j = 0; j < c; j++) out[i * c + j] /= size(i) * size(j);
      return out;
    },
  };
}

// mapSide is the side of the square of a map in a picture of some width.
const mapSide = (width, margin) => Math.max(40, Math.min(560, width - margin - 8));

// heatmap draws the block means of a source, rows i <- columns j, and a cursor if there is a pointer {cell(), move(i,
// j), shown}. order is a permutation of the neurons, and segments are its parts {from, to, name}.
function heatmap(width, { label, source, order, segments, scale, margin, pointer, rowName, columnName, block }) {
  const n = source.n, side = mapSide(width, margin), c = Math.ceil(n / block), values = source.means(order, block);
  const height = side + 52, canvas = make("canvas", { width: c, height: c, class: c > side ? "cells fine" : "cells", "aria-hidden": "true" });
  const g = canvas.getContext("2d"), image = g.createImageData(c, c);
  const pixels = new Uint32Array(image.data.buffer), half = 127; // mixing a colour for each of so many cells would be slow: 255 of them, and grey
  const packed = v => { const out = new Uint8Array([...diverging(v).map(Math.round), 255]); return new Uint32Array(out.buffer)[0]; };
  const colours = Array.from({ length: 2 * half + 1 }, (_, i) => packed((i - half) / half)), grey = packed(NaN);
  for (let i = 0; i < c * c; i++) pixels[i] = Number.isFinite(values[i]) ? colours[half + Math.round(half * clamp(values[i] / scale, -1, 1))] : grey;
  g.putImageData(image, 0, 0);
  const svg = shape("svg", { viewBox: `0 0 ${width} ${height}`, width, height, role: "img", "aria-label": label });
  svg.append(mapAxes(n, side, margin, segments, rowName, columnName));
  const place = { left: margin / width, top: 2 / height, width: side / width, height: side / height };
  for (const [k, v] of Object.entries(place)) canvas.style[k] = 100 * v + "%";
  const stage = make("div", { class: "stage" }, canvas, svg);
  if (pointer) cursor(stage, svg, { n, side, margin, width, height, order, pointer, label });
  return stage;
}

// mapAxes draws the frame, the lines between segments and their names, or the places of the neurons if there is one
// segment.
function mapAxes(n, side, left, segments, rowName, columnName) {
  const top = 2, g = shape("g"), at = p => p / n * side;
  const faint = clamp(5 / (1 + segments.length), 0.15, 0.5);
  for (const s of segments.slice(1)) {
    g.append(shape("path", { d: `M${left + at(s.from)} ${top}v${side}M${left} ${top + at(s.from)}h${side}`, stroke: tone("ink"), "stroke-opacity": faint, "stroke-width": 1 }));
  }
  g.append(shape("rect", { x: left, y: top, width: side, height: side, fill: "none", stroke: tone("line") }));
  const names = segments.length > 1 ? segments.map(s => ({ middle: at((s.from + s.to) / 2), room: at(s.to - s.from), name: s.name }))
    : steps(0, n - 1, Math.max(2, side / 70), true).filter(t => t.value >= 0 && t.value <= n - 1).map(t => ({ middle: at(t.value + 0.5), room: 99, name: t.text }));
  let right = -Infinity, low = -Infinity;
  for (const t of names) {
    const name = fitted(t.name, left - 28, 12), half = measure(name, 12) / 2;
    if (t.middle - 7 > low && t.room > 5) { g.append(text(left - 7, Math.max(11, top + t.middle + 4), name, "end")); low = t.middle + 7; }
    if (t.middle - half > right && left + t.middle - half > 0 && t.middle + half < side + 8) { g.append(text(left + t.middle, top + side + 17, name, "middle")); right = t.middle + half + 4; }
  }
  g.append(text(left + side / 2, top + side + 38, fitted(columnName, side + 16), "middle", 12.5, tone("ink")));
  g.append(text(0, 0, fitted(rowName, side), "middle", 12.5, tone("ink"), { transform: `translate(13 ${top + side / 2}) rotate(-90)` }));
  return g;
}

// cursor lets mouse and keys choose one weight; all maps show it.
function cursor(stage, svg, { n, side, margin, width, height, order, pointer, label }) {
  const place = new Int32Array(n);
  order.forEach((c, p) => { place[c] = p; });
  const cross = shape("path", { stroke: tone("accent"), "stroke-width": 1.5, fill: "none" });
  svg.append(cross);
  const show = () => {
    const [i, j] = pointer.cell(), size = Math.max(side / n, 5), y = 2 + (place[i] + 0.5) / n * side, x = margin + (place[j] + 0.5) / n * side;
    cross.setAttribute("d", `M${margin} ${y}H${x - size / 2}M${x + size / 2} ${y}H${margin + side}M${x} 2V${y - size / 2}M${x} ${y + size / 2}V${2 + side}M${x - size / 2} ${y - size / 2}h${size}v${size}h${-size}z`);
    cross.setAttribute("stroke-opacity", "0.75");
  };
  pointer.shown.push(show);
  show();
  stage.tabIndex = 0;
  stage.setAttribute("role", "application");
  stage.setAttribute("aria-label", label + ". Arrow keys move the cursor over the neurons, with Shift by ten.");
  const under = e => {
    const b = stage.getBoundingClientRect(), x = (e.clientX - b.left) * width / b.width - margin, y = (e.clientY - b.top) * height / b.height - 2;
    if (x >= 0 && y >= 0 && x < side && y < side) pointer.move(order[Math.floor(y / side * n)], order[Math.floor(x / side * n)]);
  };
  stage.addEventListener("pointermove", under);
  stage.addEventListener("pointerdown", under);
  stage.addEventListener("keydown", e => {
    const by = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] }[e.key], far = e.shiftKey ? 10 : 1, [i, j] = pointer.cell();
    if (e.key === "Home") pointer.move(order[0], order[0]);
    else if (by) pointer.move(order[clamp(place[i] + far * by[0], 0, n - 1)], order[clamp(place[j] + far * by[1], 0, n - 1)]);
    else return;
    e.preventDefault();
  });
}

// colourBar shows which value has which colour, from low to scale; it begins under the picture's left edge.
function colourBar(width, { scale, low = -scale, name, colour = v => diverging(v / scale), left = 14 }) {
  const w = Math.max(60, Math.min(width - left - 14, 320)), svg = shape("svg", { viewBox: `0 0 ${width} 54`, width, height: 54, role: "img", "aria-label": name + ": colours from " + written(low) + " to " + written(scale) });
  const n = 80;
  for (let i = 0; i < n; i++) svg.append(shape("rect", { x: left + i * w / n, y: 1, width: w / n + 0.6, height: 12, fill: hex(colour(low + (i + 0.5) / n * (scale - low))) }));
  svg.append(shape("rect", { x: left, y: 1, width: w, height: 12, fill: "none", stroke: tone("line") }));
  for (const f of [0, 0.5, 1]) svg.append(text(left + f * w, 29, written(low + f * (scale - low), 2), f === 0 ? "start" : f === 1 ? "end" : "middle"));
  svg.append(text(left + w / 2, 47, fitted(name, w + 26), "middle", 12.5, tone("ink")));
  return svg;
}

// strongestPair is where the cursor begins: at the weight of the largest magnitude from one neuron to another.
function strongestPair(source) {
  let best = [0, 0], most = 0;
  for (let i = 0; i < source.n; i++) for (let j = 0; j < source.n; j++) {
    const size = Math.abs(source.at(i, j));
    if (i !== j && size > most) { most = size; best = [i, j]; }
  }
  return best;
}

// strongest are the weights of the largest magnitude: the numbers that are worth reading of a large matrix.
function strongest(source, place, count = 20) {
  let kept = [], least = 0;
  for (let i = 0; i < source.n; i++) for (let j = 0; j < source.n; j++) {
    const v = source.at(i, j), size = Math.abs(v);
    if (!(size > least)) continue;
    kept.push({ i, j, v, size });
    if (kept.length > 50 * count) { kept = kept.sort((a, b) => b.size - a.size).slice(0, count); least = kept[count - 1].size; }
  }
  kept = kept.sort((a, b) => b.size - a.size).slice(0, count);
  return { head: ["to i", "from j", "weight"], rows: kept.map(k => [place(k.i), place(k.j), k.v]), note: `The ${kept.length} strongest of ${grouped(source.n * source.n)} weights.` };
}
