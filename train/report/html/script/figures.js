// figures.js: the figures of a section. Their numbers, limits and notes are in the page; a panel is drawn by the function of its kind.

// kinds draw a panel: {draw(width), numbers(), note(), hint, topic, class of its row}.
const kinds = { lines: linesPanel, bars: barsPanel, trajectories: trajectoriesPanel, matrix: matrixPanel, chord: chordPanel, map: mapPanel };

// kindOf is the kind of a panel: the one of its fields that is set.
const kindOf = panel => Object.keys(kinds).find(k => panel[k]);

// panelsOf are all panels of some figures.
const panelsOf = figures => figures.flatMap(f => list(f.rows)).flatMap(r => list(r.panels));

// drawFigures adds the figures of a section to its body, with the switches that they have: their variants, the order of neurons, single trials, conditions.
function drawFigures(body, page, section) {
  const all = list(page.figures).filter(f => f.section === section), variants = [...new Set(all.map(f => f.variant).filter(Boolean))];
  const variant = variants.includes(state.variants.get(section)) ? state.variants.get(section) : variants[0];
  const figures = all.filter(f => !f.variant || f.variant === variant), bar = make("div", { class: "bar control" });
  if (variants.length > 1) bar.append(choice(capital(section), variants, variants.indexOf(variant), i => { state.variants.set(section, variants[i]); refill(section); }));
  const mapped = figures.find(f => f.neurons && f.neurons.orders.length > 1);
  if (mapped) bar.append(choice("Neurons", mapped.neurons.orders.map(o => o.name), orderOf(mapped.neurons), i => { state.order = mapped.neurons.orders[i].name; redrawTopic("map"); }));
  const tracks = panelsOf(figures).flatMap(p => p.trajectories ? list(p.trajectories.tracks) : []), compared = figures.find(f => list(f.conditions).length > 1);
  if (tracks.some(t => t.single)) bar.append(singlesButton());
  body.append(bar);
  if (compared && panelsOf(figures).some(p => p.trajectories)) body.append(legend(compared, i => tracks.some(t => t.condition === i)));
  for (const f of figures) drawFigure(body, f);
}

function drawFigure(body, f) {
  for (const r of list(f.rows)) {
    const panels = list(r.panels).filter(kindOf), made = panels.map(p => kinds[kindOf(p)](p, f));
    if (!panels.length) continue;
    if (r.title) body.append(make("h3", { class: "spaced" }, r.title));
    if (r.note) body.append(make("p", { class: "lede" }, r.note));
    if (list(r.key).length) body.append(key(r.key.map(e => ({ name: e.name, ...lookOf(e.look, f), box: /^(posi|nega)tive$/.test(e.look.of), ...(e.faint ? { opacity: 0.5, width: 1.2 } : {}) }))));
    const grid = make("div", { class: isPaper() && made[0].row === "pair lean" ? "grid" : made[0].row || "grid" });
    body.append(grid);
    panels.forEach((p, i) => picture(p.wide ? body.insertBefore(make("div"), grid) : grid, {
      title: p.title, key: p.key, swatch: p.look.of ? lookOf(p.look, f).colour : null, note: p.note, wide: p.wide, level: r.title ? 4 : 3, ...made[i],
      values: () => allValues[kindOf(p)](p, f),
      numbers: p.table ? () => ({ head: p.table.head, rows: list(p.table.rows).map(t => [t.name, ...list(t.values)]) }) : made[i].numbers,
    }));
    if (made[0].beside && !isPaper()) grid.append(made[0].beside);
    if (!grid.children.length) grid.remove();
  }
  if (f.note) body.append(make("p", { class: "note" }, f.note));
}

// lookOf is the colour and the dash of a look.
function lookOf(look, f) {
  const plain = name => ({ colour: tone(name), dash: "" });
  switch (look.of) {
    case "group": return groupLook(look.index || 0);
    case "condition": return conditionLook(f, look.index || 0);
    case "heldout": return { colour: palette().held_out, dash: "" };
    case "filtered": return { colour: palette().filtered, dash: "" };
    case "control": return plain("quiet");
    case "positive": case "negative": return plain(look.of);
  }
  return plain("ink");
}

// decoded gives what is made of a part of the page once.
const decodedParts = new WeakMap();
function decoded(part, make) {
  if (!decodedParts.has(part)) decodedParts.set(part, make(part));
  return decodedParts.get(part);
}

// chosen says whether a condition is singled out; where none is, all are shown alike.
const chosen = condition => !state.chosen.size || state.chosen.has(condition);
const shownConditions = f => state.chosen.size || list(f.conditions).length;

// slim makes lines thinner if there are many conditions. visible then leaves single trials out, because readers cannot
// distinguish them.
const slim = f => shownConditions(f) > f.most_singles ? 0.65 : 1;
const visible = f => t => !t.single || state.singles && chosen(t.condition) && shownConditions(f) <= f.most_singles;

// singlesNote says of panels that have single trials whether they are seen, and how they are.
const singlesNote = f => !state.singles || isPaper() && shownConditions(f) > f.most_singles ? "" : shownConditions(f) > f.most_singles ? `; single trials: single out up to ${f.most_singles} conditions above to see theirs` : "; faint: single trials";

// legend has a button for each condition that singles it out in all pictures: the others turn faint. Several may be chosen. has says which
// conditions the pictures have.
function legend(figure, has) {
  const names = list(figure.conditions), column = figure.column;
  const update = () => {
    for (const b of document.querySelectorAll("[data-condition]")) b.setAttribute("aria-pressed", String(state.chosen.has(Number(b.dataset.condition))));
    for (const b of document.querySelectorAll("[data-all]")) b.hidden = !state.chosen.size;
    for (const l of document.querySelectorAll(".legend")) l.classList.toggle("choosing", state.chosen.size > 0);
    redrawTopic("conditions");
    say(state.chosen.size ? "Singled out: " + [...state.chosen].sort((a, b) => a - b).map(i => names[i]).join(", ") : "All conditions are shown alike");
  };
  const looks = names.map((_, i) => conditionLook(figure, i)), buttons = names.map((name, i) => {
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
    redrawTopic("conditions");
  } }, "single trials");
}

// onPaper is a height, or the smaller one that it is on paper.
const onPaper = height => Math.round(height * (isPaper() ? 0.6 : 1));
const isPaper = () => document.documentElement.classList.contains("paper");
