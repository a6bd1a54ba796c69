// section_connectivity.js: W and each group's part of it, neuron by neuron and region by region.

function connectivitySection(body, page) {
  const c = page.connectivity, A = floats(c.a), B = floats(c.b), groups = list(page.groups), names = list(c.names), regions = list(c.regions);
  const all = Array.from({ length: c.k }, (_, k) => k), whole = { name: "W, all groups", source: product(A, B, c.n, c.k, all) };
  const parts = groups.length > 1 ? groups.map((g, i) => ({ name: "W of " + g.name, look: groupLook(i), source: product(A, B, c.n, c.k, list(g.latents)) })) : [];
  const orders = list(c.orders).filter(o => list(o.permutation).length === c.n);
  if (!orders.length) orders.push({ name: "as in the file", permutation: all.length ? Array.from({ length: c.n }, (_, i) => i) : [], edges: [] });
  // Until the reader chooses, neurons of a region stand together, where regions are known.
  const chosen = () => Math.max(0, orders.findIndex(o => o.name === (state.order || "by region")));
  if (!c.n) { body.append(make("p", { class: "missing" }, "No neurons.")); return; }
  state.cell = (state.cell || strongestPair(whole.source)).map(i => clamp(i, 0, c.n - 1));

  body.append(make("p", { class: "lede" }, "Each cell is the weight by which the past activity of neuron j (column) drives neuron i (row)."), key([
    { name: "excitatory (positive)", colour: tone("positive"), box: true }, { name: "inhibitory (negative)", colour: tone("negative"), box: true }]));
  const bar = make("div", { class: "bar control" });
  if (orders.length > 1) bar.append(choice("Neurons", orders.map(o => o.name), chosen(), i => { state.order = orders[i].name; redrawTopic("matrix"); }));
  body.append(bar);

  const readout = make("div", { class: "readout" }), pointer = { cell: () => state.cell, shown: [], move: null };
  const label = i => !names[i] ? "neuron " + i : /^\d+$/.test(names[i]) ? "neuron " + names[i] : names[i];
  const place = i => regions[i] ? `${label(i)} in ${regions[i]}` : label(i);
  const tell = () => {
    const [i, j] = state.cell, w = [whole, ...parts].map(m => m.source.at(i, j));
    readout.replaceChildren(make("p", {}, make("b", {}, place(j)), " drives ", make("b", {}, place(i))), make("dl", {}, [whole, ...parts].map((m, k) => {
      const swatch = m.look ? make("span", { class: "swatch" }) : null;
      if (swatch) swatch.style.background = m.look.colour;
      return make("div", {}, make("dt", {}, swatch, m.name), make("dd", {}, aligned(w[k], Math.max(...w.map(Math.abs)))));
    })), make("p", { class: "note control" }, "The exact weights at the cursor, which mouse or arrow keys (Shift: by ten) move on every map."));
    return `${place(j)} drives ${place(i)}: ${written(w[0])}`;
  };
  pointer.move = (i, j) => { state.cell = [i, j]; pointer.shown.forEach(f => f()); say(tell()); };

  const setting = width => {
    const order = orders[chosen()], segments = segmentsOf(order, regions), longest = widest(segments.length > 1 ? segments.map(s => s.name) : [c.n], 12);
    return { order: order.permutation, segments, margin: Math.round(38 + Math.min(longest, width < 320 ? 44 : 90)), name: order.name };
  };
  // Means of blocks are smaller than weights: their colours end where 99 in 100 of them lie, over all groups alike.
  const limits = new Map();
  const limit = (sources, block, order, name, given) => {
    const id = [name, block, sources.length].join();
    if (!limits.has(id)) {
      let v = block === 1 ? given : 0;
      if (!(v > 0)) {
        const means = sources.map(s => s.means(order, block).map(Math.abs)), top = Math.max(...means.map(m => quantile(m, 0.99)));
        v = top > 0 ? top : Math.max(0, ...means.map(m => (extent(m) || [0, 0])[1])) || 1;
      }
      limits.set(id, v);
    }
    return limits.get(id);
  };
  const draw = (m, family, given) => width => {
    const s = setting(width), block = blockOf(c.n, mapSide(width, s.margin)), scale = limit(family.map(f => f.source), block, s.order, s.name, given);
    m.said = block > 1 ? `Each cell is the mean of ${block} × ${block} weights; colours end at ±${written(scale, 2)}, the 99th percentile of such means.` : "";
    m.scale = scale;
    const by = s.name === "as in the file" ? "" : ", " + s.name;
    const stage = heatmap(width, { label: m.name, source: m.source, order: s.order, segments: s.segments, scale, margin: s.margin, pointer, rowName: "to neuron i" + by, columnName: "from neuron j" + by });
    return [stage, colourBar(width, { scale, left: s.margin, name: "weight" + (c.unit ? " (" + c.unit + ")" : "") + (block > 1 ? ", block means" : "") })];
  };
  const mapPicture = (parent, m, family, given) => picture(parent, {
    title: m.name, key: "map-" + m.name, swatch: m.look && m.look.colour, topic: "matrix", draw: draw(m, family, given), note: () => m.said, numbers: () => strongest(m.source, place),
  });
  const paper = document.documentElement.classList.contains("paper"), top = make("div", { class: paper ? "grid" : "pair lean" });
  body.append(top);
  mapPicture(top, whole, [whole], c.w_scale);
  if (!paper) top.append(readout); // there is nothing to point at on paper, and all maps fit in a row
  tell();
  if (parts.length) {
    const grid = paper ? top : make("div", { class: "grid" });
    if (!paper) body.append(make("h3", { class: "spaced" }, "What each group adds, on one colour scale"), grid);
    for (const m of parts) mapPicture(grid, m, parts, c.scale);
  }
  if (c.note) body.append(make("p", { class: "note" }, c.note));
  if (c.region) regionPictures(body, c.region, groups, c.unit);
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

// regionPictures are the sums from region to region, of W and of each group, on one scale of widths and colours.
function regionPictures(body, region, groups, unit) {
  const names = list(region.names), R = names.length;
  if (!R) return;
  const maps = [{ name: "W, all groups", flows: floats(region.w) }];
  if (groups.length > 1) list(region.groups).forEach((f, g) => maps.push({ name: groups[g] ? groups[g].name : "group " + (g + 1), look: groupLook(g), flows: floats(f) }));
  const top = Math.max(1e-30, ...maps.flatMap(m => [...m.flows]).filter(Number.isFinite).map(Math.abs));
  body.append(make("h3", { class: "spaced" }, "Region to region"), make("p", { class: "lede" }, region.note || "", R > 2 ? " Arrows point from the driving region to the driven one; those under 5 % of the strongest are left out" + (R > 3 ? ", and of each picture all but the " + 3 * R + " strongest." : ".") : " Arrows point from the driving region to the driven one."));
  const grid = make("div", { class: R > 3 ? "grid two" : "grid" });
  body.append(grid);
  for (const m of maps) {
    picture(grid, {
      title: "Regions: " + m.name, key: "regions-" + m.name, swatch: m.look && m.look.colour,
      draw: width => {
        const both = width >= 430 && R > 2 && R <= 5, half = both ? Math.floor(Math.min(width * 0.47, 88 + R * 38)) : width;
        return make("div", { class: "beside" },
          R <= 14 ? circle(both ? width - half : width, { label: "Arrows between regions, " + m.name, names, counts: list(region.counts), flows: m.flows, top }) : null,
          make("div", {}, cells(half, { label: "Matrix of regions, " + m.name, rows: names, columns: names, values: m.flows, top, colour: v => diverging(v / top), rowName: "to region i", columnName: "from region j", most: R === 2 ? 64 : 56 }),
            colourBar(half, { scale: top, name: "sum of weights" + (unit ? " (" + unit + ")" : "") })));
      },
      note: R > 14 ? "More than 14 regions: the matrix alone." : "",
      numbers: () => ({ head: ["to region i", "neurons", ...names.map(n => "from " + n)], rows: names.map((n, i) => [n, list(region.counts)[i], ...names.map((_, j) => m.flows[i * R + j])]) }),
    });
  }
}
