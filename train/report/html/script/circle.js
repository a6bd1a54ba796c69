// circle.js: who drives whom among regions, as arrows between places on a circle.

function chordPanel(panel) {
  const c = panel.chord, names = list(c.names), counts = list(c.counts), flows = decoded(c, c => floats(c.flows)), R = names.length, top = c.colours.limit;
  return {
    row: R > 3 ? "grid two" : "grid",
    draw: width => {
      const both = width >= 430 && R > 2 && R <= 5, half = both ? Math.floor(Math.min(width * 0.47, 88 + R * 38)) : width;
      return make("div", { class: "beside" },
        c.arrows ? circle(both ? width - half : width, { label: "Arrows between regions: " + panel.title, names, counts, flows, top, arrows: c.arrows }) : null,
        make("div", {}, cells(half, { label: "Matrix of regions: " + panel.title, rows: names, columns: names, values: flows, top, colour: v => diverging(v / top), rowName: "to region i", columnName: "from region j", most: R === 2 ? 64 : 56 }),
          colourBar(half, { scale: top, name: c.colours.name })));
    },
    numbers: () => ({ head: ["to region i", "neurons", ...names.map(n => "from " + n)], rows: names.map((n, i) => [n, counts[i], ...names.map((_, j) => flows[i * R + j])]) }),
  };
}

// circle draws arrows {to, from} of flows (R,R), the last over the others. An arrow's width is its magnitude against top, its colour the sign.
function circle(width, { label: about, names, counts, flows, top, arrows: pairs }) {
  const R = names.length, height = R === 2 ? 124 : Math.min(width, R === 3 ? 290 : 380), longest = Math.min(widest(names, 12.5), 100, Math.max(24, width / 2 - 82));
  const arrows = pairs.map(([i, j]) => ({ i, j, v: flows[i * R + j], share: Math.min(1, Math.abs(flows[i * R + j]) / top) }));
  const out = names.map((_, i) => arrows.some(a => a.i === i && a.j === i) ? 44 : 20); // from a node to its name
  const r = Math.max(30, Math.min(R === 2 ? 105 : height / 2 - 16 - Math.max(...out), width / 2 - longest - Math.max(...out) - 2)), cx = width / 2, cy = height / 2;
  const svg = shape("svg", { viewBox: `0 0 ${width} ${height}`, width, height, role: "img", "aria-label": about });
  const angle = i => (R === 2 ? Math.PI : -Math.PI / 2) + 2 * Math.PI * i / R, most = Math.max(1, ...counts);
  const nodes = names.map((_, i) => ({ x: cx + r * Math.cos(angle(i)), y: cy + r * Math.sin(angle(i)), size: 4 + (R > 5 ? 5 : 8) * Math.sqrt((counts[i] || 0) / most) }));
  for (const a of arrows) {
    const line = a.i === a.j ? loop(nodes[a.i], angle(a.i)) : bow(nodes[a.j], nodes[a.i], cx, cy, R === 2 ? 0.5 : 0.3), wide = 1 + (a.i === a.j ? 4 : 7) * a.share; // a wide line has no room to turn back
    const colour = tone(a.v > 0 ? "positive" : "negative"), opacity = 0.35 + 0.6 * a.share;
    svg.append(arrow(line, wide, colour, opacity, `${names[a.i]} ← ${names[a.j]}: ${written(a.v)}`));
  }
  nodes.forEach((n, i) => {
    svg.append(shape("circle", { cx: n.x, cy: n.y, r: n.size, fill: tone("ink"), stroke: tone("paper"), "stroke-width": 2 }));
    const x = cx + (r + out[i]) * Math.cos(angle(i)), y = cy + (r + out[i]) * Math.sin(angle(i)), c = Math.cos(angle(i));
    svg.append(label(x, y + 4, names[i], longest + 1, c > 0.2 ? "start" : c < -0.2 ? "end" : "middle", 12.5, tone("ink")));
  });
  return svg;
}

// bow is the curve from one node to another: bent to its right, so that both directions are seen.
function bow(from, to, cx, cy, bend) {
  const mx = (from.x + to.x) / 2, my = (from.y + to.y) / 2, dx = to.x - from.x, dy = to.y - from.y;
  return { from, control: { x: mx + (cx - mx) * 0.25 - dy * bend * 0.5, y: my + (cy - my) * 0.25 + dx * bend * 0.5 }, to };
}

// loop is the curve from a node to itself, outside the circle.
function loop(node, a) {
  const long = 46, wide = 0.75, at = w => ({ x: node.x + long * Math.cos(a + w), y: node.y + long * Math.sin(a + w) });
  return { from: node, control: at(-wide), second: at(wide), to: node };
}

// arrow draws a curve from the rim of one node to a head at the rim of the other.
function arrow({ from, control, second, to }, wide, colour, opacity, said) {
  const toward = (node, c, d) => { const l = Math.hypot(c.x - node.x, c.y - node.y) || 1; return { x: node.x + (c.x - node.x) / l * d, y: node.y + (c.y - node.y) / l * d, ux: (c.x - node.x) / l, uy: (c.y - node.y) / l }; };
  const head = 5 + 1.3 * wide, last = second || control, a = toward(from, control, from.size + 1), tip = toward(to, last, to.size + 2), neck = toward(to, last, to.size + 2 + head * 0.9);
  const mid = second ? `C${control.x} ${control.y} ${second.x} ${second.y}` : `Q${control.x} ${control.y}`, half = head * 0.55;
  return shape("g", { opacity },
    shape("path", { d: `M${a.x} ${a.y}${mid} ${neck.x} ${neck.y}`, fill: "none", stroke: colour, "stroke-width": wide }),
    shape("path", { d: `M${tip.x} ${tip.y}L${neck.x - neck.uy * half} ${neck.y + neck.ux * half}L${neck.x + neck.uy * half} ${neck.y - neck.ux * half}Z`, fill: colour }),
    shape("title", {}, said));
}
