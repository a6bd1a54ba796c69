// section_recovery.js: found latents over the true ones, and found connectivities beside the true ones.

function recoverySection(body, page) {
  const r = page.recovery;
  if (list(r.metrics).length) body.append(figureTable(r.metrics));
  list(r.groups).forEach(g => {
    const time = floats(g.time), truth = list(g.true).map(floats), found = list(g.latent).map(floats), joined = endToEnd(time), group = list(page.groups)[g.found], look = groupLook(g.found);
    body.append(make("h3", { class: "spaced" }, `${g.name}, matched to ${group ? group.name : "group " + (g.found + 1)}`));
    body.append(key([{ name: "true", colour: tone("ink") }, { name: "found", colour: look.colour }]));
    picture(body, {
      title: "Latents: " + g.name, key: "recovered-" + g.name, wide: true, level: 4, note: joined.stretches > 1 ? `${counted(joined.stretches, "stretch", "es")} of these bins, end to end.` : "",
      draw: width => truth.map((t, k) => plot(width, {
        label: `True and found latent ${k + 1} of ${g.name}`, height: 150, read: { section: "recovery-" + g.name, x: joined.label }, x: { label: k === truth.length - 1 ? joined.label : "", domain: extent(joined.time) }, y: { label: `latent ${k + 1} (a.u.)` },
        lines: [{ x: joined.time, y: joined.broken(t), colour: tone("ink"), width: 2.2, name: "true", opacity: 0.75 }, { x: joined.time, y: joined.broken(found[k] || []), colour: look.colour, width: 1.6, name: "found" }],
      })),
      numbers: () => ({ head: ["time (s)", ...truth.flatMap((_, k) => [`true ${k + 1}`, `found ${k + 1}`])], rows: thinned(time.length, 25).map(i => [time[i], ...truth.flatMap((t, k) => [t[i], (found[k] || [])[i]])]) }),
    });
    const grid = make("div", { class: "grid" }), values = [floats(g.w), floats(g.w_found)];
    if (!g.n || values.some(v => v.length !== g.n * g.n)) return;
    body.append(grid);
    const scale = Math.max(...values.map(v => quantile(v.map(Math.abs), 0.99))) || 1, order = Array.from({ length: g.n }, (_, i) => i);
    ["True W of ", "Found W for "].forEach((name, m) => {
      const source = dense(values[m], g.n), margin = Math.round(40 + widest([g.n], 12));
      picture(grid, {
        title: name + g.name, key: name + g.name, level: 4,
        note: () => "Both on one colour scale.",
        draw: width => [heatmap(width, { label: name + g.name, source, order, segments: [{ from: 0, to: g.n, name: "" }], scale, margin, rowName: "to neuron i", columnName: "from neuron j" }),
          colourBar(width, { scale, left: margin, name: "weight" + (blockOf(g.n, mapSide(width, margin)) > 1 ? ", block means" : "") })],
        numbers: () => strongest(source, i => "neuron " + i),
      });
    });
  });
}

// endToEnd moves stretches of time together where bins between them are missing, such as trials that are held out: {time, label, stretches,
// broken}; broken takes values to those of time, with one between two stretches that is none, so that no line joins them.
function endToEnd(time) {
  const steps = [...time.slice(1)].map((t, i) => t - time[i]), step = quantile(steps, 0.5), from = steps.map((s, i) => s > 1.5 * step ? i + 1 : 0).filter(Boolean);
  if (!from.length) return { time, label: "time (s)", stretches: 1, broken: y => y };
  const broken = y => Array.from(y).flatMap((v, i) => from.includes(i) ? [NaN, v] : [v]);
  return { time: broken(time).map((_, i) => i * step), label: "time, end to end (s)", stretches: from.length + 1, broken };
}
