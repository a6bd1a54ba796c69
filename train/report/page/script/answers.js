// answers.js: what a reader asks first, each answered in a sentence from what the other sections hold, before any table. The text says what the
// figures are; good is true or false where something speaks for or against the fit, and null where nothing does.

// answers are {question, section, good, said}, in the order in which they are asked; the last one adds them up.
function answers(page) {
  const out = [converged(page), predicts(page), doing(page), driving(page), apart(page)].filter(Boolean);
  const against = out.filter(a => a.good === false), warnings = list(page.warnings).length, checked = out.filter(a => a.good != null).length;
  if (!checked) return out;
  let said = against.length ? "With care: see what is marked here" + (warnings ? ` and the ${warnings > 1 ? "warnings" : "warning"} above.` : ".")
    : warnings ? `The checks here are passed, but read the ${warnings > 1 ? "warnings" : "warning"} above.` : "Nothing here speaks against it.";
  said += " Before you build on it, fit again with another --seed and see whether the groups come back.";
  return [...out, { question: "Can I trust it?", section: "reproduction", good: !against.length && !warnings, said }];
}

function converged(page) {
  const restarts = readTraining(page.training), r = restarts.find(r => r.chosen) || restarts[restarts.length - 1];
  if (!r || !r.epoch.length) return null;
  const { verdict } = convergence(r), epochs = grouped(Math.max(0, ...r.epoch)), said = {
    yes: `Yes: the loss hardly moves over the last of ${epochs} epochs.`,
    falling: `Not yet: after ${epochs} epochs the loss still falls. Train longer with --epochs.`,
    rising: "It went past its best: the loss has risen again since. --patience stops in time; fewer latents may help.",
    short: `It is too early to say, after ${counted(Math.max(0, ...r.epoch), "epoch")}.`,
    none: "No: the loss is not a number. A lower --lr may help.",
  }[verdict];
  return { question: "Did it converge?", section: "training", good: verdict === "short" && page.running ? null : verdict === "yes", said };
}

function predicts(page) {
  const find = key => list(page.figures).find(f => f.key === key), r2 = find("r2"), bits = find("bits_per_spike");
  if (!r2) return null;
  const held = finite(r2.test), v = held ? r2.test : r2.train;
  if (!finite(v)) return null;
  const where = held ? " of held-out activity" : " of the activity that it was trained on (none was held out)";
  let good = v > 0, said = v > 0 ? `It predicts ${percent(v)} of the variance${where}, one bin ahead.` : `No: it predicts${where.slice(3)} no better than each channel's mean.`;
  if (held && finite(r2.train) && v > 0 && r2.train - v > 0.25 * r2.train) { good = false; said += ` In training it was ${percent(r2.train)}: part of that is noise learned by heart.`; }
  if (bits && finite(bits.test)) {
    good = bits.test > 0;
    said = `${good ? "Of held-out spikes it knows" : "No: of held-out spikes it knows"} ${written(bits.test, 2)} bits a spike more than each unit's rate tells` + (finite(bits.train) ? ` (${written(bits.train, 2)} in training)` : "") + ".";
    if (good && bits.train > 0 && bits.test < 0.5 * bits.train) { good = false; said += " More than half of what was learned is noise."; }
  }
  return { question: "Does it predict?", section: "summary-figures", good: held ? good : null, said };
}

// doing names what each group does most, in a few words.
function doing(page) {
  const groups = list(page.groups);
  if (groups.length < 2) return null;
  const kind = list(page.spectra && page.spectra.kinds)[0], band = groups.map((_, g) => list(kind && kind.bands).find(b => list(b.within)[g] > 0.5)).map(b => b && b.name);
  const said = groups.slice(0, 6).map((g, n) => {
    const words = g.variance_explained > 0 ? [`${percent(g.variance_explained)} of the variance`] : [], best = bestColumn(page.behavior, g.name);
    if (best && best.v > 0.05) words.push(`${best.name} (R² ${hundredths(best.v)})`);
    else if (band[n]) words.push("mostly " + band[n]);
    return words.length ? `${g.name}: ${words.join(", ")}` : "";
  }).filter(Boolean);
  const all = said.length ? said.join("; ") + (groups.length > 6 ? "; …" : ".") : groups.some(g => finite(g.variance_explained)) ? "Without any one group the prediction is no worse." : "";
  return all ? { question: "Which group does what?", section: "latents", good: null, said: all } : null;
}

// bestColumn is the column of the behaviour that is decoded best from a group: {name, v}.
function bestColumn(b, group) {
  return list(b && b.names).map((name, d) => ({ name, v: columnR2(b, group, d) })).filter(o => finite(o.v)).sort((x, y) => y.v - x.v)[0];
}

function driving(page) {
  if (!page.connectivity) return null;
  const region = page.connectivity.region, flow = region && strongestFlow(list(region.names), floats(region.w), false);
  return { question: "Who drives whom?", section: "connectivity", good: null, said: flow ? `Most of all ${flow}, over all groups.` : "See the weights from neuron to neuron: the recording names fewer than two regions." };
}

// strongestFlow names the strongest drive within regions, or between two; empty where there is none.
function strongestFlow(names, flows, within) {
  const R = names.length;
  let best = -1;
  flows.forEach((v, i) => { if (Number.isFinite(v) && v !== 0 && (i % R === Math.floor(i / R)) === within && (best < 0 || Math.abs(v) > Math.abs(flows[best]))) best = i; });
  if (best < 0) return "";
  const sign = flows[best] > 0 ? "excitatory" : "inhibitory";
  return within ? `within ${names[best % R]}, ${sign}` : `${names[best % R]} → ${names[Math.floor(best / R)]}, ${sign}`;
}

function apart(page) {
  const d = page.independence, known = list(d && d.null).filter(finite);
  if (!d || !finite(d.partial) || list(page.groups).length < 2) return null;
  const words = `their partial correlation is ${written(d.partial)} nats`;
  if (!known.length) return { question: "Are the groups independent?", section: "independence", good: null, said: words[0].toUpperCase() + words.slice(1) + ", 0 being independent." };
  const said = d.dependent ? `No: ${words}, where chance gives ${written(known.reduce((a, b) => a + b) / known.length)} and ${written(Math.max(...known))} at most.` : `Nothing says otherwise: ${words}, ${chance(d, known)}.`;
  return { question: "Are the groups independent?", section: "independence", good: !d.dependent, said };
}

// answerList shows them, each with a mark and a way to where it comes from.
function answerList(page) {
  const marks = new Map([[true, ["✓", "good: "]], [false, ["!", "with care: "]], [null, ["", ""]]]);
  return make("dl", { class: "answers" }, answers(page).map(a => {
    const [mark, heard] = marks.get(a.good);
    return make("div", { class: a.good == null ? null : a.good ? "good" : "care" },
      make("dt", {}, mark ? make("span", { class: "sign", "aria-hidden": "true" }, mark) : null, make("a", { href: "#" + a.section }, a.question)), make("dd", {}, heard ? make("span", { class: "unseen" }, heard) : null, sentence(a.said)));
  }));
}
