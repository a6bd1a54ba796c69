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

// chosen says whether a condition is singled out; where none is, all are shown alike.
const chosen = condition => !state.chosen.size || state.chosen.has(condition);

// legend has a button for each condition that singles it out in all pictures: the others turn faint. Several may be chosen. has says which
// conditions the pictures have.
function legend(column, names, has = () => true) {
  const update = () => {
    for (const b of document.querySelectorAll("[data-condition]")) b.setAttribute("aria-pressed", String(state.chosen.has(Number(b.dataset.condition))));
    for (const b of document.querySelectorAll("[data-all]")) b.hidden = !state.chosen.size;
    for (const l of document.querySelectorAll(".legend")) l.classList.toggle("choosing", state.chosen.size > 0);
    redrawTopic("latents"); redrawTopic("behavior");
    say(state.chosen.size ? "Singled out: " + [...state.chosen].sort((a, b) => a - b).map(i => names[i]).join(", ") : "All conditions are shown alike");
  };
  const looks = conditionLooks(names), buttons = names.map((name, i) => {
    const swatch = shape("svg", { width: 26, height: 12, viewBox: "0 0 26 12", "aria-hidden": "true", class: "sample" },
      shape("line", { x1: 1, x2: 25, y1: 6, y2: 6, stroke: looks[i].colour, "stroke-width": 3, "stroke-dasharray": looks[i].dash || null }));
    return make("button", { type: "button", "data-condition": i, "aria-pressed": String(state.chosen.has(i)), hidden: !has(i), title: "Single out", click: () => {
      if (!state.chosen.delete(i)) state.chosen.add(i);
      update();
    } }, swatch, name);
  });
  const all = make("button", { type: "button", class: "all control", "data-all": true, hidden: !state.chosen.size, click: () => { state.chosen.clear(); update(); } }, "show all");
  return make("div", { class: "legend" + (state.chosen.size ? " choosing" : ""), role: "group", "aria-label": "Conditions: press to single out" }, make("span", { class: "what" }, column || "condition"), buttons, all);
}

function singlesButton() {
  const pressed = () => String(state.singles);
  return make("button", { type: "button", class: "toggle", "aria-pressed": pressed(), "data-singles": true, click: () => {
    state.singles = !state.singles;
    for (const b of document.querySelectorAll("[data-singles]")) b.setAttribute("aria-pressed", pressed());
    redrawTopic("latents"); redrawTopic("behavior");
  } }, "single trials");
}

// mostSingles are the conditions among whose single trials means are still seen; of more, single trials are drawn of those that are singled out, and lines are thinner.
const mostSingles = 8;
const shownConditions = names => state.chosen.size || names.length;
const slim = names => shownConditions(names) > mostSingles ? 0.65 : 1;

// visible says of a line whether it is drawn: means always, single trials of what is chosen where they are switched on.
const visible = names => t => !t.single || state.singles && chosen(t.condition) && shownConditions(names) <= mostSingles;

// singlesNote says of pictures that have single trials whether they are seen, and how they are.
const singlesNote = names => !state.singles || isPaper() && shownConditions(names) > mostSingles ? "" : shownConditions(names) > mostSingles ? `; single trials: single out up to ${mostSingles} conditions above to see theirs` : "; faint: single trials";

function trajectoryPicture(parent, group, g, of, names) {
  const count = () => of(g).tracks.filter(t => t.single).length;
  picture(parent, {
    title: group.name, key: "trajectory-" + group.name, swatch: groupLook(g).colour, topic: "latents",
    note: () => of(g).traces.length !== 1 || of(g).traces[0].deviation.length || count() ? `Of the ${state.kind} latents: means over trials, from an open dot${count() ? singlesNote(names) : ""}.` : `The ${state.kind} latents, from an open dot.`,
    hint: "Drag or arrow keys turn it; Ctrl and the wheel, + and −, or the buttons zoom; double-click or Home resets.",
    draw: width => orbit(width, {
      label: `Trajectories of ${group.name}, ${state.kind}, in ${of(g).axes.filter(Boolean).join(", ")}`, axes: of(g).axes.map(a => /\(/.test(a) || !a ? a : a + " (a.u.)"), key: "orbit" + g, height: Math.max(isPaper() ? 225 : 250, onPaper(clamp(width * 0.86, 260, 460))),
      tracks: of(g).tracks.filter(visible(names)).map(t => ({ ...lookOf(names, t.condition), points: t.points, faint: t.single, slim: slim(names), ghost: !chosen(t.condition), name: t.name })).sort((a, b) => b.ghost - a.ghost || b.faint - a.faint),
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

// mostBands are the conditions whose bands are told apart. banded are the traces that have one: those that are chosen, unless they are more.
const mostBands = 6;
function banded(traces) {
  const some = traces.filter(t => chosen(t.condition));
  return some.length <= mostBands ? some : null;
}

function tracePicture(parent, group, g, of, names, latents) {
  const marks = finite(latents.event) ? [{ at: latents.event, name: latents.event_name || "" }] : [];
  picture(parent, {
    title: group.name + " over time", key: "traces-" + group.name, topic: "latents", hint: names.length > 1 ? "Point at it, or use the arrow keys, to read values; press conditions above to single them out." : "Point at it, or use the arrow keys, to read values.",
    note: () => {
      const t = of(g).traces, spread = t.some(t => t.deviation.length), n = t.map(t => t.trials);
      if (!t.length) return "";
      if (!spread) return "One stretch of time, so no spread over trials.";
      const trials = `(${Math.min(...n) === Math.max(...n) ? n[0] : Math.min(...n) + " to " + Math.max(...n)} a condition)`;
      if (banded(t)) return `Line: mean over trials ${trials}; band: ± one standard deviation.`;
      return `Lines: means over trials ${trials}. Bands of ± one standard deviation are drawn of at most ${mostBands} conditions, as more of them hide one another.`;
    },
    draw: width => {
      const { traces, names: latentNames } = of(g), tall = (latentNames.length > 2 ? 170 : 210) , bands = banded(traces) || [], few = bands.length <= 4, shown = [...traces].sort((s, t) => chosen(s.condition) - chosen(t.condition));
      return latentNames.map((name, k) => plot(width, {
        label: `${name} of ${group.name} over time, ${state.kind}, by condition`, height: onPaper(tall), read: { section: "latents", x: latents.time_name }, x: { label: k === latentNames.length - 1 ? latents.time_name : "", domain: extent(...traces.map(t => t.time)) }, y: { label: name + " (a.u.)" }, marks: marks.map(m => ({ ...m, name: k ? "" : m.name })),
        bands: bands.filter(t => t.deviation[k]).map(t => ({ x: t.time, low: t.mean[k].map((v, i) => v - t.deviation[k][i]), high: t.mean[k].map((v, i) => v + t.deviation[k][i]), colour: lookOf(names, t.condition).colour, opacity: few ? 0.2 : 0.13 })),
        lines: shown.filter(t => t.mean[k]).map(t => ({ x: t.time, y: t.mean[k], ...lookOf(names, t.condition), width: chosen(t.condition) && t.time.length <= width ? 2 * slim(names) : 1, opacity: chosen(t.condition) ? null : 0.18, faint: !chosen(t.condition), spread: t.deviation[k], name: names.length > 1 && latents.condition ? latents.condition + " " + t.name : t.name })),
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
