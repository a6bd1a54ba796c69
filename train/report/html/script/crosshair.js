// crosshair.js: one place on the axis of a section, which mouse or keys choose in any of its plots and all of them show, with the values there.

// crosshairs are the places by section: {x, line, shown}; x is null where none is chosen, line the name of the one line that is read where they
// are many, shown what each plot does to show them.
const crosshairs = new Map();

const fewLines = 6; // So many lines are read at once. Of more lines, only the nearest is read.

// crosshair puts a plot in a stage that reads its lines. at is the section and the name of the axis {section, x}; X, Y place values, under takes
// a pixel back to x; top is the largest magnitude on the axis of values, for their digits, or 0 where they have their own.
function crosshair(svg, at, { lines, label, clip, box, w, h, width, height, X, Y, under, top }) {
  const family = crosshairs.get(at.section) || { x: null, line: "", shown: [] };
  crosshairs.set(at.section, family);
  const readable = lines.filter(l => l.name && !l.faint && l.x.length && l.y.length), many = readable.length > fewLines;
  if (!readable.length) return svg;
  const xs = [...new Set(readable.flatMap(l => Array.from(l.x)))].filter(Number.isFinite).sort((a, b) => a - b);
  const overlay = shape("g", { "pointer-events": "none" }), tip = make("div", { class: "tip control", hidden: true });
  svg.append(overlay);
  svg.setAttribute("aria-hidden", "true"); // the stage says what it is
  const stage = make("div", {
    class: "reading", tabindex: "0", role: "slider", "aria-orientation": "horizontal", "aria-label": label + ". Arrow keys read its values, with Shift ten at a time" + (many ? "; up and down choose the line." : "."),
    "aria-valuemin": xs[0], "aria-valuemax": xs[xs.length - 1], "aria-valuenow": xs[0], "aria-valuetext": "nothing read yet",
  }, svg, tip);

  const read = () => readable.filter(l => !many || l.name === family.line);
  const show = () => {
    overlay.replaceChildren();
    tip.hidden = true;
    const place = family.x == null ? NaN : X(family.x);
    if (!(place >= box.left - 0.5 && place <= box.left + w + 0.5)) return;
    overlay.append(shape("line", { x1: place, x2: place, y1: box.top, y2: box.top + h, stroke: tone("quiet"), "stroke-width": 1 }));
    const rows = [], inside = shape("g", { "clip-path": `url(#${clip})` });
    overlay.append(inside);
    for (const l of read()) {
      const i = nearestPlace(l.x, family.x), v = l.y[i], spread = l.spread ? l.spread[i] : NaN;
      if (many) {
        if (l.spread) inside.append(shape("path", { d: ribbon({ x: l.x, low: Array.from(l.y, (v, i) => v - l.spread[i]), high: Array.from(l.y, (v, i) => v + l.spread[i]) }, X, Y), fill: l.colour, "fill-opacity": 0.2 }));
        inside.append(shape("path", { d: path(l.x, l.y, X, Y, w), fill: "none", stroke: l.colour, "stroke-width": 3.2, "stroke-dasharray": l.dash || null }));
      }
      const y = Y(v);
      if (finite(y) && y >= box.top - 1 && y <= box.top + h + 1) overlay.append(shape("circle", { cx: X(l.x[i]), cy: y, r: 3.6, fill: l.colour, stroke: tone("paper"), "stroke-width": 1.4 }));
      rows.push({ name: l.name, colour: l.colour, value: finite(spread) ? fixed(v, top) + " ± " + fixed(spread, top) : top ? aligned(v, top) : written(v) });
    }
    const unit = /\(([^(),]+)/.exec(at.x), where = unit ? written(family.x, 4) + " " + unit[1] : at.x + " " + written(family.x, 4);
    tip.replaceChildren(make("p", {}, where), ...rows.map(r => {
      const swatch = make("span", { class: "swatch" });
      swatch.style.background = r.colour;
      return make("p", {}, swatch, make("span", { class: "name" }, r.name), make("b", {}, r.value));
    }));
    tip.hidden = false;
    const right = place > box.left + w / 2, percents = v => 100 * v + "%";
    tip.style.left = right ? "auto" : percents((place + 9) / width);
    tip.style.right = right ? percents((width - place + 9) / width) : "auto";
    tip.style.top = percents(box.top / height);
    stage.setAttribute("aria-valuenow", family.x);
    stage.setAttribute("aria-valuetext", where + ": " + rows.map(r => r.name + " " + r.value).join(", "));
  };
  family.shown = family.shown.filter(s => s.stage.isConnected || s.fresh);
  const entry = { stage, show, fresh: true };
  family.shown.push(entry);
  const move = x => {
    family.x = x;
    for (const s of family.shown) { s.fresh = false; if (s.stage.isConnected) s.show(); }
  };

  stage.addEventListener("pointermove", e => {
    const b = svg.getBoundingClientRect(), px = (e.clientX - b.left) * width / b.width, py = (e.clientY - b.top) * height / b.height;
    if (px < box.left - 6 || px > box.left + w + 6) return move(null);
    const x = xs[nearestPlace(xs, under(clamp(px, box.left, box.left + w)))];
    if (many) {
      let best = Infinity;
      for (const l of readable) {
        const d = Math.abs(Y(l.y[nearestPlace(l.x, x)]) - py);
        if (d < best) { best = d; family.line = l.name; }
      }
    }
    move(x);
  });
  stage.addEventListener("pointerleave", () => { if (document.activeElement !== stage) move(null); });
  stage.addEventListener("blur", () => move(null));
  stage.addEventListener("keydown", e => {
    if (e.ctrlKey || e.metaKey || e.altKey) return;
    const here = family.x == null ? -1 : nearestPlace(xs, family.x), far = e.shiftKey ? 10 : 1, last = xs.length - 1, line = readable.findIndex(l => l.name === family.line);
    const to = { ArrowRight: here + far, ArrowLeft: here - far, Home: 0, End: last, ArrowUp: Math.max(0, here), ArrowDown: Math.max(0, here) }[e.key];
    if (e.key === "Escape") { move(null); return; }
    if (to == null) return;
    e.preventDefault();
    const step = { ArrowUp: -1, ArrowDown: 1 }[e.key] || 0;
    if (many) family.line = readable[line < 0 ? 0 : (line + step + readable.length) % readable.length].name;
    move(xs[clamp(to, 0, last)]);
  });
  return stage;
}

// nearestPlace is where in xs, which grow, the value nearest to x is.
function nearestPlace(xs, x) {
  let low = 0, high = xs.length - 1;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (xs[middle] <= x) low = middle; else high = middle;
  }
  return Math.abs(xs[high] - x) < Math.abs(xs[low] - x) ? high : low;
}
