// section_latents.js: the latents of each group, as trajectories in space and as traces over time.

function latentsSection(body, page) {
  const kinds = list(page.latents.kinds);
  if (!kinds.length) { body.append(make("p", { class: "missing" }, "No latents.")); return; }
  const chosen = Math.max(0, kinds.findIndex(k => k.name === state.kind));
  state.kind = kinds[chosen].name;
  const bar = make("div", { class: "bar control" });
  if (kinds.length > 1) bar.append(choice("Latents", kinds.map(k => k.name), chosen, i => { state.kind = kinds[i].name; redrawTopic("latents"); }));
  const names = conditionNames(page);
  if (kinds.some(k => list(k.groups).some(g => list(g.tracks).some(t => t.single)))) bar.append(singlesButton());
  body.append(bar);
  if (names.length > 1) body.append(legend(page.latents.condition, names));
  const decoded = new Map(); // of base64, once for each kind and group
  const of = g => {
    const k = kinds.find(k => k.name === state.kind) || kinds[0], id = k.name + "/" + g;
    if (!decoded.has(id)) decoded.set(id, decodeLatents(list(k.groups)[g]));
    return decoded.get(id);
  };
  list(page.groups).forEach((group, g) => {
    const pair = make("div", { class: "pair" });
    body.append(pair);
    trajectoryPicture(pair, group, g, of, names);
    tracePicture(pair, group, g, of, names, page.latents);
  });
  if (page.latents.note) body.append(make("p", { class: "note" }, page.latents.note));
}

function decodeLatents(group) {
  if (!group) return { axes: ["", "", ""], names: [], tracks: [], traces: [] };
  return {
    axes: group.axes, names: list(group.names), tracks: list(group.tracks).map(t => ({ ...t, points: floats(t.points) })),
    traces: list(group.traces).map(t => ({ ...t, time: floats(t.time), mean: list(t.mean).map(floats), deviation: list(t.deviation).map(floats) })),
  };
}

// conditionNames are those of the distinct conditions, by their place, as traces and mean trajectories name them.
function conditionNames(page) {
  const names = [], take = (c, name, sure) => { if (c >= 0 && c < 1000 && (sure || names[c] == null)) names[c] = name; };
  const parts = page.latents ? list(page.latents.kinds).flatMap(k => list(k.groups)) : [];
  for (const g of parts) for (const t of list(g.traces)) take(t.condition, t.name);
  for (const g of parts) for (const t of list(g.tracks)) if (!t.single) take(t.condition, t.name);
  if (!names.length && page.behavior) for (const p of list(page.behavior.panels)) for (const t of list(p.tracks)) if (!t.single) take(t.condition, t.name);
  return Array.from(names, (n, i) => n || String(i + 1));
}

const lookOf = (names, condition) => conditionLooks(names)[condition] || { colour: tone("ink"), dash: "" };

// legend has a button for each condition that hides it in all pictures.
function legend(column, names) {
  const looks = conditionLooks(names), buttons = names.map((name, i) => {
    const swatch = shape("svg", { width: 26, height: 12, viewBox: "0 0 26 12", "aria-hidden": "true", class: "sample" },
      shape("line", { x1: 1, x2: 25, y1: 6, y2: 6, stroke: looks[i].colour, "stroke-width": 3, "stroke-dasharray": looks[i].dash || null }));
    return make("button", { type: "button", "data-condition": i, "aria-pressed": String(!state.hidden.has(i)), click: () => {
      if (!state.hidden.delete(i)) state.hidden.add(i);
      for (const b of document.querySelectorAll(`[data-condition="${i}"]`)) b.setAttribute("aria-pressed", String(!state.hidden.has(i)));
      redrawTopic("latents"); redrawTopic("behavior");
    } }, swatch, name);
  });
  return make("div", { class: "legend", role: "group", "aria-label": "Conditions shown" }, make("span", { class: "what" }, column || "condition"), buttons);
}

function singlesButton() {
  const pressed = () => String(state.singles);
  return make("button", { type: "button", class: "toggle", "aria-pressed": pressed(), "data-singles": true, click: () => {
    state.singles = !state.singles;
    for (const b of document.querySelectorAll("[data-singles]")) b.setAttribute("aria-pressed", pressed());
    redrawTopic("latents"); redrawTopic("behavior");
  } }, "single trials");
}

const visible = t => !state.hidden.has(t.condition) && (state.singles || !t.single);

function trajectoryPicture(parent, group, g, of, names) {
  const count = () => of(g).tracks.filter(t => t.single).length;
  picture(parent, {
    title: group.name, key: "trajectory-" + group.name, swatch: groupLook(g).colour, topic: "latents",
    note: () => `Of the ${state.kind} latents: means over trials, from an open dot${count() ? "; faint: single trials" : ""}.`,
    hint: "Drag or arrow keys turn it; the wheel (after a click) or + and − zoom; double-click or Home resets.",
    draw: width => orbit(width, {
      label: `Trajectories of ${group.name}, ${state.kind}, in ${of(g).axes.filter(Boolean).join(", ")}`, axes: of(g).axes.map(a => /\(/.test(a) || !a ? a : a + " (a.u.)"), key: "orbit" + g, height: Math.round(clamp(width * 0.86, 260, 460)),
      tracks: of(g).tracks.filter(visible).map(t => ({ ...lookOf(names, t.condition), points: t.points, faint: t.single, name: t.name })).sort((a, b) => b.faint - a.faint),
    }),
    numbers: () => {
      const { tracks, axes } = of(g);
      return {
        head: ["mean of", "point", ...axes], note: "Points of the means, thinned to ten each.",
        rows: tracks.filter(t => !t.single).slice(0, 24).flatMap(t => thinned(t.points.length / 3 | 0, 10).map(i => [t.name, i, t.points[3 * i], t.points[3 * i + 1], t.points[3 * i + 2]])),
      };
    },
  });
}

function tracePicture(parent, group, g, of, names, latents) {
  const marks = finite(latents.event) ? [{ at: latents.event, name: latents.event_name || "" }] : [];
  picture(parent, {
    title: group.name + " over time", key: "traces-" + group.name, topic: "latents",
    note: () => {
      const t = of(g).traces, spread = t.some(t => t.deviation.length), n = t.map(t => t.trials);
      return t.length ? (spread ? `Line: mean over trials; band: ± one standard deviation over trials (${Math.min(...n) === Math.max(...n) ? n[0] : Math.min(...n) + " to " + Math.max(...n)} a condition).` : "One stretch of time, so no spread over trials.") : "";
    },
    draw: width => {
      const { traces, names: latentNames } = of(g), tall = (latentNames.length > 2 ? 170 : 210) * (document.documentElement.classList.contains("paper") ? 0.76 : 1), shown = traces.filter(t => !state.hidden.has(t.condition)), few = shown.length <= 4;
      return latentNames.map((name, k) => plot(width, {
        label: `${name} of ${group.name} over time, ${state.kind}, by condition`, height: Math.round(tall), x: { label: k === latentNames.length - 1 ? latents.time_name : "", domain: extent(...traces.map(t => t.time)) }, y: { label: name + " (a.u.)" }, marks: marks.map(m => ({ ...m, name: k ? "" : m.name })),
        bands: shown.filter(t => t.deviation[k]).map(t => ({ x: t.time, low: t.mean[k].map((v, i) => v - t.deviation[k][i]), high: t.mean[k].map((v, i) => v + t.deviation[k][i]), colour: lookOf(names, t.condition).colour, opacity: few ? 0.2 : 0.09 })),
        lines: shown.filter(t => t.mean[k]).map(t => ({ x: t.time, y: t.mean[k], ...lookOf(names, t.condition), width: 1.8, name: t.name })),
      }));
    },
    numbers: () => {
      const { traces, names: latentNames } = of(g);
      return {
        head: ["condition", latents.time_name, ...latentNames.flatMap(n => [n, "± sd"])], note: "Means, thinned to eight times a condition.",
        rows: traces.slice(0, 24).flatMap(t => thinned(t.time.length, 8).map(i => [t.name, t.time[i], ...latentNames.flatMap((_, k) => [(t.mean[k] || [])[i], (t.deviation[k] || [])[i]])])),
      };
    },
  });
}
