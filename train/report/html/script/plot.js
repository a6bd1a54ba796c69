// plot.js: lines over an axis, as vectors. Colours are attributes of the picture, so that a saved picture needs no
// style sheet.

// plot draws lines {x, y, colour, dash, width, opacity, name} with bands {x, low, high, colour}. Shades {from, to,
// name; bare: only the name} lie behind them and marks {at, name} above them, on axes {label, log, domain, whole}.
// Values that are not finite are left out. With read {section, x}, a crosshair reads the lines, except faint ones.
function plot(width, { label, height = 220, x, y, lines = [], bands = [], shades = [], marks = [], equal = false, read }) {
  const ys = y.domain || extent(...lines.map(l => l.y), ...bands.flatMap(b => [b.low, b.high]));
  const xs = x.domain || extent(...lines.map(l => l.x));
  const named = shades.some(s => s.name) || marks.some(m => m.name);
  const box = { top: named ? 24 : 10, bottom: 46, right: 18, left: 0 };
  const vertical = axis(y, ys, height - box.top - box.bottom, 34, !y.domain);
  box.left = 34 + widest(vertical.ticks.map(t => t.text), 12);
  box.left = Math.min(box.left, width * 0.4);
  const w = Math.max(20, width - box.left - box.right), h = height - box.top - box.bottom;
  const horizontal = axis(x, xs, w, 62, false);
  if (equal) sameScale(horizontal, vertical, w, h);
  const X = v => box.left + horizontal.place(v) * w, Y = v => box.top + (1 - vertical.place(v)) * h;
  const svg = shape("svg", { viewBox: `0 0 ${width} ${height}`, width, height, role: "img", "aria-label": label });
  const clip = "clip" + (plot.count = (plot.count || 0) + 1);
  svg.append(shape("clipPath", { id: clip }, shape("rect", { x: box.left, y: box.top, width: w, height: h })));
  for (const s of shades) {
    const a = X(clamp(s.from, horizontal.low, horizontal.high)), b = X(clamp(s.to, horizontal.low, horizontal.high));
    if (!(b > a)) continue;
    if (!s.bare) svg.append(shape("rect", { x: a, y: box.top, width: b - a, height: h, fill: tone("shade") }));
    if (s.name && b - a > measure(s.name, 11) + 4) svg.append(text((a + b) / 2, box.top - 8, s.name, "middle", 11));
  }
  svg.append(axes(box, w, h, horizontal, vertical, x, y));
  const inside = shape("g", { "clip-path": `url(#${clip})`, fill: "none", "stroke-linejoin": "round", "stroke-linecap": "round" });
  svg.append(inside);
  for (const b of bands) inside.append(shape("path", { d: ribbon(b, X, Y), fill: b.colour, "fill-opacity": b.opacity || 0.16, stroke: "none" }));
  for (const l of lines) {
    inside.append(shape("path", { d: path(l.x, l.y, X, Y, w), stroke: l.colour, "stroke-width": l.width || 2, "stroke-dasharray": l.dash || null, "stroke-opacity": l.opacity || null },
      l.name && !read ? shape("title", {}, l.name) : null));
    const sure = Array.from(l.y, (_, i) => i).filter(i => finite(X(l.x[i])) && finite(Y(l.y[i])));
    if (sure.length === 1) inside.append(shape("circle", { cx: X(l.x[sure[0]]), cy: Y(l.y[sure[0]]), r: 3, fill: l.colour, "fill-opacity": l.opacity || null })); // the line would be a speck
  }
  let free = -Infinity; // the names of marks that would run into each other are left out
  for (const m of marks) {
    const at = X(m.at);
    if (!finite(at) || horizontal.place(m.at) < 0 || horizontal.place(m.at) > 1) continue;
    svg.append(shape("line", { x1: at, x2: at, y1: box.top, y2: box.top + h, stroke: m.colour || tone("quiet"), "stroke-dasharray": m.colour ? null : "3 3", "stroke-width": m.colour ? 2 : 1 }));
    const long = measure(m.name || "", 11), from = clamp(at - long / 2, box.left, Math.max(box.left, width - long - 2));
    if (m.name && from > free) { svg.append(text(from, box.top - 8, m.name, "start", 11)); free = from + long + 8; }
  }
  if (!ys) svg.append(text(box.left + w / 2, box.top + h / 2, "no finite values", "middle", 12));
  const under = px => horizontal.value((px - box.left) / w);
  return read ? crosshair(svg, read, { lines, label, clip, box, w, h, width, height, X, Y, under, top: y.log ? 0 : Math.max(-vertical.low, vertical.high) }) : svg;
}

// text of a picture; size in pixels, quiet unless a colour is given.
function text(x, y, s, anchor, size = 12, colour, more) { return shape("text", { x, y, "text-anchor": anchor, "font-size": size, fill: colour || tone("quiet"), ...more }, s); }

// axis is a scale: ticks, place, which takes a value to 0 (low) to 1 (high), and value, which takes it back. Values that are all the same, or none, get a range.
function axis({ log, whole }, range, length, gap, pad) {
  let [low, high] = range || [log ? 1 : 0, log ? 10 : 1];
  if (log) {
    low = low > 0 ? low : high > 0 ? high / 1000 : 1e-3;
    high = high > low ? high : low * 10;
    const a = Math.log10(low), b = Math.log10(high), margin = pad ? 0.04 * (b - a) : 0;
    const place = v => v > 0 ? (Math.log10(v) - a + margin) / (b - a + 2 * margin) : NaN;
    const value = f => 10 ** (a - margin + f * (b - a + 2 * margin));
    return { low, high, place, value, ticks: decades(low, high, Math.max(2, Math.floor(length / gap))) };
  }
  if (!(high - low > 1e-9 * Math.max(Math.abs(low), Math.abs(high)))) { const d = Math.abs(low) * 0.1 || 1; low -= d; high += d; }
  const margin = pad ? 0.04 * (high - low) : 0;
  low -= margin; high += margin;
  const scale = { low, high, place: v => (v - scale.low) / (scale.high - scale.low), value: f => scale.low + f * (scale.high - scale.low) };
  scale.refresh = pixels => { scale.ticks = steps(scale.low, scale.high, Math.max(2, Math.floor(pixels / gap)), whole); };
  scale.refresh(length);
  return scale;
}

// sameScale widens one of two axes, until a unit is as long on both.
function sameScale(a, b, w, h) {
  const unit = Math.max((a.high - a.low) / w, (b.high - b.low) / h);
  for (const [s, pixels] of [[a, w], [b, h]]) {
    const middle = (s.low + s.high) / 2;
    s.low = middle - unit * pixels / 2; s.high = middle + unit * pixels / 2;
    s.refresh(pixels);
  }
}

// steps returns the multiples of 1, 2 or 5 times a power of ten between two values, about count of them and at least
// two, because one number gives no scale.
function steps(low, high, count, whole) {
  for (let n = count; ; n *= 2) {
    const out = multiples(low, high, (high - low) / n, whole);
    if (out.length > 1 || n > 8 * count || !(high > low)) return out;
  }
}

function multiples(low, high, raw, whole) {
  const p = 10 ** Math.floor(Math.log10(raw));
  let step = [1, 2, 5, 10].map(f => f * p).find(s => s >= raw * (1 - 1e-9)) || raw;
  if (whole) step = Math.max(1, step);
  const out = [], reach = Math.max(Math.abs(low), Math.abs(high));
  const power = reach >= 1e6 || step < 1e-4 ? Math.floor(Math.log10(reach)) : 0, scale = 10 ** power;
  const decimals = clamp(-Math.floor(Math.log10(step / scale) + 1e-9), 0, 20);
  for (let i = Math.ceil(low / step - 1e-6); i * step <= high + 1e-6 * step && out.length < 50; i++) {
    const s = (i * step / scale).toFixed(decimals).replace(/^-(0\.?0*)$/, "$1").replace("-", "−");
    out.push({ value: i * step, text: power && i ? s + "e" + String(power).replace("-", "−") : i ? s : "0" });
  }
  return out;
}

// decades are the ticks of a logarithmic axis: powers of ten, every second or third of them where they are many, or 1, 2 and 5 times them
// where they are few.
function decades(low, high, count) {
  const from = Math.floor(Math.log10(low)), to = Math.ceil(Math.log10(high));
  const ticks = (every, factors) => {
    const out = [];
    for (let e = from; e <= to; e++) for (const f of factors) {
      const value = f * 10 ** e;
      if (value >= low * (1 - 1e-9) && value <= high * (1 + 1e-9) && e % every === 0) out.push({ value, text: short(value) });
    }
    return out;
  };
  for (let every = Math.max(1, Math.ceil((to - from - 1) / count)); every > 0; every--) {
    const out = ticks(every, [1]);
    if (out.length > 2 || every > 1 && out.length === 2) return out;
  }
  const few = ticks(1, [1, 2, 5]);
  return few.length > 1 ? few : ticks(1, [1, 2, 3, 4, 5, 6, 7, 8, 9]);
}

// short is a tick of a logarithmic axis: digits where they are few, else 10 with an exponent.
function short(v) {
  if (v >= 1e-3 && v < 1e5) return String(Number(v.toPrecision(2)));
  const e = Math.floor(Math.log10(v) + 1e-9), m = Math.round(v / 10 ** e);
  return (m === 1 ? "" : m + "×") + "10" + [...String(e)].map(c => "⁰¹²³⁴⁵⁶⁷⁸⁹"[c] || "⁻").join("");
}

// axes draws both with their names.
function axes(box, w, h, horizontal, vertical, x, y) {
  const g = shape("g", { stroke: tone("line"), "stroke-width": 1 }), words = shape("g"), bottom = box.top + h;
  let free = -Infinity;
  for (const t of vertical.ticks) {
    const at = box.top + (1 - vertical.place(t.value)) * h;
    g.append(shape("line", { x1: box.left, x2: box.left + w, y1: at, y2: at, stroke: tone("grid") }));
    words.append(text(box.left - 8, at + 4, t.text, "end"));
  }
  for (const t of horizontal.ticks) {
    const at = box.left + horizontal.place(t.value) * w, half = measure(t.text, 12) / 2;
    g.append(shape("line", { x1: at, x2: at, y1: bottom, y2: bottom + 4 }));
    if (at - half > free) { words.append(text(at, bottom + 18, t.text, "middle")); free = at + half + 4; }
  }
  g.append(shape("line", { x1: box.left, x2: box.left + w, y1: bottom, y2: bottom }));
  words.append(text(box.left + w / 2, bottom + 38, fitted(x.label, w + 2 * box.right), "middle", 12.5, tone("ink")));
  words.append(text(0, 0, fitted(y.label, h + 2 * box.top), "middle", 12.5, tone("ink"), { transform: `translate(13 ${box.top + h / 2}) rotate(-90)` }));
  return shape("g", {}, g, words);
}

// measure is how many pixels a text takes.
function measure(s, size) {
  measure.canvas = measure.canvas || document.createElement("canvas").getContext("2d");
  const font = size + "px " + getComputedStyle(document.body).fontFamily;
  if (measure.canvas.font !== font) measure.canvas.font = font;
  return measure.canvas.measureText(s).width;
}

// widest is how many pixels the longest of some texts takes.
const widest = (texts, size) => Math.max(0, ...texts.map(t => measure(String(t), size)));

// fitted is a name cut to the pixels that it has; a unit in brackets at its end stays.
function fitted(s, pixels, size = 12.5) {
  s = String(s || "");
  if (measure(s, size) <= pixels) return s;
  const unit = / \([^()]*\)$/.exec(s), end = unit && measure(unit[0], size) < 0.6 * pixels ? "…" + unit[0] : "…";
  const start = [...(end.length > 1 ? s.slice(0, unit.index) : s)];
  while (start.length > 1 && measure(start.join("") + end, size) > pixels) start.pop();
  return start.join("") + end;
}

// label returns a text that is cut to its room in pixels. The whole text appears under the pointer.
function label(x, y, s, pixels, anchor, size = 12, colour, more) {
  const shown = fitted(s, pixels, size), made = text(x, y, shown, anchor, size, colour, more);
  if (shown !== s) made.append(shape("title", {}, s));
  return made;
}

// path joins finite points; a lone one becomes a dot. More points than two a pixel are thinned to the lowest and highest of each pixel.
function path(x, y, X, Y, pixels) {
  const n = Math.min(x.length, y.length), bin = Math.max(1, Math.ceil(n / (2 * pixels)));
  let d = "", pen = "M";
  const to = i => {
    const a = X(x[i]), b = Y(y[i]);
    if (!Number.isFinite(a) || !Number.isFinite(b)) { pen = "M"; return; }
    const lone = pen === "M" && (i + 1 >= n || !Number.isFinite(y[i + 1]));
    d += pen + a.toFixed(1) + " " + b.toFixed(1) + (lone ? "h0.1" : "");
    pen = "L";
  };
  for (let i = 0; i < n; i += bin) {
    if (bin === 1) { to(i); continue; }
    let low = i, high = i;
    for (let j = i; j < Math.min(n, i + bin); j++) { if (!(y[j] >= y[low])) low = j; if (!(y[j] <= y[high])) high = j; }
    to(Math.min(low, high));
    if (low !== high) to(Math.max(low, high));
  }
  return d;
}

// ribbon is the outline of a band; it is broken where a value is missing.
function ribbon({ x, low, high }, X, Y) {
  let d = "", run = [];
  const close = () => {
    if (run.length > 1) d += "M" + [...run.map(i => X(x[i]).toFixed(1) + " " + Y(high[i]).toFixed(1)), ...run.reverse().map(i => X(x[i]).toFixed(1) + " " + Y(low[i]).toFixed(1))].join("L") + "Z";
    run = [];
  };
  for (let i = 0; i < x.length; i++) if (finite(Y(low[i])) && finite(Y(high[i]))) run.push(i); else close();
  close();
  return d;
}

// key is the legend of some lines or areas: {name, colour, dash, width}.
function key(entries) {
  return make("ul", { class: "key" }, entries.map(e => {
    const svg = shape("svg", { width: 26, height: 12, viewBox: "0 0 26 12", "aria-hidden": "true", class: "sample" },
      e.box ? shape("rect", { x: 6, y: 0, width: 12, height: 12, rx: 2, fill: e.colour })
        : shape("line", { x1: 1, x2: 25, y1: 6, y2: 6, stroke: e.colour, "stroke-width": e.width || 2.5, "stroke-dasharray": e.dash || null, "stroke-opacity": e.opacity || null }));
    return make("li", {}, svg, e.name);
  }));
}
