// section_spectra.js: the power of each group's latents over frequency, and who has which share of a band.

function spectraSection(body, page) {
  const groups = list(page.groups), looks = groups.map((g, i) => ({ name: g.name, ...groupLook(i) }));
  const kinds = list(page.spectra.kinds).map(k => ({ ...k, frequency: floats(k.frequency), power: list(k.power).map(floats), bands: list(k.bands) }));
  body.append(key(looks));
  const grid = make("div", { class: "grid" }), below = make("div", { class: "grid" });
  body.append(grid, below);
  for (const k of kinds) {
    picture(grid, {
      title: "Power: " + k.name, key: "power-" + k.name,
      draw: width => {
        const seen = [...k.frequency].filter(f => f > 0), log = seen.length > 1 && seen[seen.length - 1] / seen[0] > 30;
        return plot(width, {
          label: "Power over frequency of each group, " + k.name, height: onPaper(260), read: { section: "spectra", x: "frequency (Hz)" }, x: { label: "frequency (Hz" + (log ? ", log)" : ")"), log, domain: log ? extent(seen) : extent(k.frequency) }, y: { label: "power (a.u., log)", log: true },
          shades: k.bands.map((b, i) => ({ from: b.low, to: b.high, name: b.name, bare: i % 2 === 1 })), lines: k.power.map((p, g) => ({ x: k.frequency, y: p, ...looks[g] || { colour: tone("ink") } })),
        });
      },
      numbers: () => ({ head: ["frequency (Hz)", ...looks.map(l => l.name)], rows: thinned(k.frequency.length, 25).map(i => [k.frequency[i], ...k.power.map(p => p[i])]) }),
    });
    if (!k.bands.length) continue;
    const named = b => `${b.name}, ${written(b.low)}–${written(b.high)} Hz`;
    picture(below, {
      title: "Bands: " + k.name, key: "bands-" + k.name, note: "How the groups share the power in each band.",
      draw: width => stacked(width, { label: "Shares of the power in each band, " + k.name, rows: k.bands.map(b => ({ name: named(b), parts: list(b.shares) })), groups: looks }),
      numbers: () => ({
        head: ["band", "group", "share of the band", "of the group's own power"],
        rows: k.bands.flatMap(b => looks.map((l, g) => [named(b), l.name, list(b.shares)[g], list(b.within)[g]])),
      }),
    });
  }
  if (page.spectra.note) body.append(make("p", { class: "note" }, page.spectra.note));
}
