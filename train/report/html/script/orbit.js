// orbit.js: lines through space on a canvas: drag or arrow keys turn them, buttons, Ctrl and the wheel, or + and − zoom, double-click or Home goes back.

// outline is the range on the screen, in units, of a box of half sides r that turns at a tilt: how large it is drawn depends on it.
function outline(r, tilt) {
  const out = { left: 0, right: 0, top: 0, bottom: 0 };
  for (let turn = 0; turn < 2 * Math.PI; turn += Math.PI / 16) for (let i = 0; i < 8; i++) {
    const [x, y, z] = r.map((v, k) => i >> k & 1 ? v : -v), u = x * Math.cos(turn) - y * Math.sin(turn), v = x * Math.sin(turn) + y * Math.cos(turn);
    const f = 5 / (5 + v * Math.cos(tilt) - z * Math.sin(tilt)), a = u * f, b = -(v * Math.sin(tilt) + z * Math.cos(tilt)) * f;
    out.left = Math.min(out.left, a); out.right = Math.max(out.right, a); out.top = Math.min(out.top, b); out.bottom = Math.max(out.bottom, b);
  }
  return out;
}

// orbit draws tracks {points: x, y, z, ..., colour, dash, faint, ghost, slim, name} in a box with its three axes. The view is kept under key.
function orbit(width, { label, axes, tracks, key, height }) {
  const home = { turn: 0.65, tilt: 0.42, zoom: 1 };
  const view = state.views.get(key) || { ...home };
  state.views.set(key, view);
  const canvas = make("canvas", { tabindex: "0", role: "img", class: "orbit", "aria-label": label + ". Arrow keys turn the view, plus and minus zoom, Home resets it." });
  canvas.style.height = height + "px";
  const low = [Infinity, Infinity, Infinity], high = [-Infinity, -Infinity, -Infinity];
  for (const t of tracks) for (let i = 0; i + 2 < t.points.length; i += 3) for (let k = 0; k < 3; k++) {
    const v = t.points[i + k];
    if (Number.isFinite(v)) { low[k] = Math.min(low[k], v); high[k] = Math.max(high[k], v); }
  }
  const empty = !low.every(Number.isFinite);
  if (empty) { low.fill(-1); high.fill(1); }
  const half = high.map((h, k) => (h - low[k]) / 2 || 1), middle = high.map((h, k) => (h + low[k]) / 2);
  // Latents share a scale; an axis of another kind has its own.
  const time = axes.map(a => a.own), shared = Math.max(...half.filter((_, k) => !time[k]));
  const unit = half.map((h, k) => time[k] ? h : shared), seen = outline(half.map((h, k) => h / unit[k]), home.tilt);
  const room = { left: 58, right: 40, top: 14, bottom: 34 }; // for what is written round the box

  function paint() {
    const fine = Math.max(2, window.devicePixelRatio || 1), w = width, h = height; // sharp on paper too
    canvas.width = w * fine; canvas.height = h * fine;
    const g = canvas.getContext("2d");
    g.scale(fine, fine);
    g.lineJoin = g.lineCap = "round";
    g.font = "12.5px " + getComputedStyle(document.body).fontFamily;
    const fit = Math.min((w - room.left - room.right) / (seen.right - seen.left), (h - room.top - room.bottom) / (seen.bottom - seen.top)), s = fit * view.zoom, ca = Math.cos(view.turn), sa = Math.sin(view.turn), ct = Math.cos(view.tilt), st = Math.sin(view.tilt);
    const cx = (w + room.left - room.right) / 2, cy = (h + room.top - room.bottom) / 2 - fit * (seen.top + seen.bottom) / 2;
    const project = (a, b, c) => { // depth is away from the eye
      const x = (a - middle[0]) / unit[0], y = (b - middle[1]) / unit[1], z = (c - middle[2]) / unit[2];
      const u = x * ca - y * sa, v = x * sa + y * ca, depth = v * ct - z * st, f = 5 / (5 + depth);
      return [cx + u * s * f, cy - (v * st + z * ct) * s * f, depth];
    };
    frame(g, project);
    const pieces = [], long = tracks.some(t => t.points.length > 3 * 400); // lines that long lie over themselves: thin ones let see
    for (const t of tracks) collect(t, project, pieces);
    pieces.sort((m, n) => n.depth - m.depth);
    for (const p of pieces) {
      g.globalAlpha = p.ghost ? 0.16 : p.faint ? 0.28 : clamp(0.95 - 0.14 * p.depth, 0.6, 1);
      g.strokeStyle = p.colour; g.lineWidth = p.faint || p.ghost || long ? 1 : (p.slim || 1) * clamp(2.5 - 0.4 * p.depth, 1.8, 3.2);
      g.setLineDash(p.dash); g.lineDashOffset = p.offset;
      g.beginPath();
      p.line.forEach((q, i) => i ? g.lineTo(q[0], q[1]) : g.moveTo(q[0], q[1]));
      g.stroke();
    }
    g.globalAlpha = 1; g.setLineDash([]);
    for (const t of tracks) if (!t.faint && !t.ghost) start(g, t, project);
    if (empty) { g.fillStyle = tone("quiet"); g.textAlign = "center"; g.fillText("nothing to draw", w / 2, h / 2); }
  }

  // frame is the box of the data. Of the four edges along an axis, the one that the data do not cover has the name and the range: the
  // lowest on the screen, or for the third axis the one at the left.
  function frame(g, project) {
    const corner = i => project(...[0, 1, 2].map(k => middle[k] + (i >> k & 1 ? half[k] : -half[k]))), centre = project(...middle);
    g.lineWidth = 1; g.textBaseline = "middle";
    for (let k = 0; k < 3; k++) {
      const edges = [0, 1, 2, 3, 4, 5, 6, 7].filter(i => !(i >> k & 1)).map(i => ({ a: corner(i), b: corner(i | 1 << k) }));
      // Across the edges, to the left for the third axis and down for the others: the farthest edge that way is an outline of the box.
      let nx = 0, ny = 0;
      for (const { a, b } of edges) { nx += b[1] - a[1]; ny += a[0] - b[0]; }
      if (k === 2 ? nx > 0 : ny < 0) { nx = -nx; ny = -ny; }
      const rank = e => nx * (e.a[0] + e.b[0]) + ny * (e.a[1] + e.b[1]);
      edges.sort((m, n) => rank(n) - rank(m));
      edges.forEach(({ a, b }, m) => {
        g.strokeStyle = tone(m ? "grid" : "line");
        g.beginPath(); g.moveTo(a[0], a[1]); g.lineTo(b[0], b[1]); g.stroke();
      });
      const { a, b } = edges[0], size = Math.hypot(nx, ny), long = Math.hypot(b[0] - a[0], b[1] - a[1]);
      if (long < 30) continue; // seen from its end
      beside(g, a, b, [nx / size, ny / size], long, axes[k].label, long < 120 || empty ? [] : [[0.12, written(low[k], 2)], [0.88, written(high[k], 2)]]);
    }
  }

  // beside writes an axis's name along an edge from a to b, outside the box, and numbers upright at fractions of it.
  function beside(g, a, b, [nx, ny], long, name, numbers) {
    const at = (f, away) => [a[0] + f * (b[0] - a[0]) + nx * away, a[1] + f * (b[1] - a[1]) + ny * away];
    g.textAlign = "center";
    g.fillStyle = tone("quiet");
    let taken = 0;
    for (const [f, words] of numbers) {
      const size = g.measureText(words).width, [x, y] = at(f, 5 + Math.abs(nx) * size / 2 + Math.abs(ny) * 7);
      g.fillText(words, clamp(x, size / 2, width - size / 2), clamp(y, 8, height - 8));
      taken = Math.max(taken, Math.abs(nx) * size + Math.abs(ny) * 14);
    }
    // Between the numbers where it is short, else farther out than they are.
    g.fillStyle = tone("ink");
    const words = fitted(name, Math.max(long * 1.6, 60)), size = g.measureText(words).width, [x, y] = at(0.5, size < 0.55 * long ? 14 : 14 + taken);
    let angle = Math.atan2(b[1] - a[1], b[0] - a[0]);
    if (angle > Math.PI / 2 - 0.01) angle -= Math.PI; else if (angle <= -Math.PI / 2 - 0.01) angle += Math.PI;
    const half = [Math.abs(Math.cos(angle)) * size / 2 + 8, Math.abs(Math.sin(angle)) * size / 2 + 8];
    g.save();
    g.translate(clamp(x, half[0], width - half[0]), clamp(y, half[1], height - half[1]));
    g.rotate(angle);
    g.fillText(words, 0, 0);
    g.restore();
  }

  // collect cuts a track into pieces of a few points each, for the painter's order over depth.
  function collect(t, project, pieces) {
    const n = Math.floor(t.points.length / 3), few = Math.max(1, Math.ceil(n / 60)), dash = t.dash ? t.dash.split(" ").map(Number) : [];
    let line = [], depth = 0, offset = 0;
    const close = () => {
      if (line.length > 1) pieces.push({ line, depth: depth / line.length, colour: t.colour, faint: t.faint, ghost: t.ghost, slim: t.slim, dash, offset });
      for (let i = 1; i < line.length; i++) offset += Math.hypot(line[i][0] - line[i - 1][0], line[i][1] - line[i - 1][1]);
    };
    for (let i = 0; i < n; i++) {
      const p = project(t.points[3 * i], t.points[3 * i + 1], t.points[3 * i + 2]);
      if (!Number.isFinite(p[0]) || !Number.isFinite(p[1])) { close(); line = []; depth = 0; continue; }
      line.push(p); depth += p[2];
      if (line.length > few) { close(); line = [p]; depth = p[2]; }
    }
    close();
  }

  // start is the open dot where a mean begins.
  function start(g, t, project) {
    const p = project(t.points[0], t.points[1], t.points[2]);
    if (!Number.isFinite(p[0])) return;
    g.beginPath(); g.arc(p[0], p[1], 3.6, 0, 7);
    g.fillStyle = tone("paper"); g.fill();
    g.strokeStyle = t.colour; g.lineWidth = 1.8; g.stroke();
  }

  const turn = (a, b) => { view.turn += a; view.tilt = clamp(view.tilt + b, -Math.PI / 2, Math.PI / 2); paint(); };
  const zoom = f => { view.zoom = clamp(view.zoom * f, 0.3, 12); paint(); };
  const reset = () => { Object.assign(view, home); paint(); };
  canvas.addEventListener("pointerdown", e => { canvas.setPointerCapture(e.pointerId); canvas.classList.add("held"); });
  canvas.addEventListener("pointerup", () => canvas.classList.remove("held"));
  canvas.addEventListener("pointermove", e => { if (e.buttons) turn(e.movementX * 0.01, e.movementY * 0.01); });
  // The wheel scrolls the page, unless Ctrl is held or the reader clicked the picture. Then a hint says how to zoom.
  const hint = make("p", { class: "wheel", hidden: true, "aria-hidden": "true" }, "Ctrl and the wheel zoom");
  let fading = 0;
  canvas.addEventListener("wheel", e => {
    if (document.activeElement === canvas || e.ctrlKey || e.metaKey) { e.preventDefault(); hint.hidden = true; zoom(Math.exp(-e.deltaY * 0.0015)); return; }
    hint.hidden = false;
    clearTimeout(fading);
    fading = setTimeout(() => { hint.hidden = true; }, 900);
  }, { passive: false });
  canvas.addEventListener("dblclick", reset);
  canvas.addEventListener("keydown", e => {
    const does = {
      ArrowLeft: () => turn(-0.1, 0), ArrowRight: () => turn(0.1, 0), ArrowUp: () => turn(0, -0.1), ArrowDown: () => turn(0, 0.1),
      "+": () => zoom(1.15), "=": () => zoom(1.15), "-": () => zoom(1 / 1.15), Home: reset,
    }[e.key];
    if (does && !e.ctrlKey && !e.metaKey && !e.altKey) { e.preventDefault(); does(); }
  });
  paint();
  const button = (sign, does, click) => make("button", { type: "button", "aria-label": does + ": " + label, title: does, click }, sign);
  return make("div", { class: "orbiting" }, canvas, hint,
    make("div", { class: "zoom control" }, button("+", "Zoom in", () => zoom(1.3)), button("−", "Zoom out", () => zoom(1 / 1.3)), button("⟲", "Reset the view", reset)));
}
