// answers.js: what a reader asks first, each answered in a sentence from what the other sections hold, before any table. The text says what the
// figures are; good is true or false where something speaks for or against the fit, and null where nothing does.

// Where an answer turns. None of this is measured: each is our judgement, with its reason.
const judged = {
  // R² of held-out activity below which it cannot tell a good model from a poor one: in narrow bins of spikes most of the variance is noise that nobody predicts (monkeys' motor cortex in
  // bins of 50 ms: .028, where a linear regression on all of the past, of the same rank, has .029). At a tenth, what is predicted is more than that noise leaves to chance.
  little: 0.1,
  // What held-out bins lose of the training's R² where the model has learned noise: a quarter of it, and two hundredths of the variance, for R² of any fit falls by twice the weights a channel over
  // the bins, .01 with ten weights and 2000 bins.
  lost: 0.25, lostLeast: 0.02,
  // What held-out spikes lose of the bits a spike: half, as bits fall sooner than R² where units fire little.
  lostBits: 0.5,
  // A share of the variance that is written as none.
  none: 0.0005,
  // R² of a column of the behaviour from which on a group is said to tell of it: what decoders with a few latents reach by chance in some hundred bins is below.
  tells: 0.05,
  // Most of a group's power: more than all other bands together.
  most: 0.5,
  // The p-value up to which a partial correlation is no longer plainly chance: the usual twentieth. The groups are called dependent only if it is twice the mean of the shifts, too; see train/rundir.
  rare: 0.05,
};

// answers are {question, section, good, said, unsure, nothing}, in the order in which they are asked; the last one adds them up. unsure: there is too little to judge by; nothing: the model predicts none of it.
function answers(page) {
  const predicted = predicts(page), rest = [doing(page), driving(page), apart(page)].filter(Boolean);
  const weighed = predicted && predicted.nothing ? rest.map(a => ({ ...a, good: a.good === false ? false : null, said: "Of little weight while the model does not predict. " + a.said })) : rest;
  const out = [converged(page), predicted, ...weighed].filter(Boolean);
  const against = out.filter(a => a.good === false), unsure = out.filter(a => a.unsure), warnings = list(page.warnings).length;
  if (!out.some(a => a.good != null || a.unsure)) return out;
  const but = [warnings ? `read the ${warnings > 1 ? "warnings" : "warning"} above` : "", unsure.length ? `${unsure.map(a => `“${a.question}”`).join(" and ")} cannot be answered by this run alone` : ""].filter(Boolean).join(", and ");
  let said = against.length ? "With care: see what is marked here" + (warnings ? ` and the ${warnings > 1 ? "warnings" : "warning"} above.` : ".")
    : `Nothing here speaks against it${but ? ", but " + but : ""}.`;
  said += " Before you build on it, fit again with another --seed and see whether the groups come back.";
  return [...out, { question: "Can I trust it?", section: "reproduction", good: against.length || warnings ? false : unsure.length ? null : true, said }];
}

function converged(page) {
  const r = shownRestart(readTraining(page.training));
  if (!r) return null;
  const { verdict, held } = convergence(r), epochs = grouped(Math.max(0, ...r.epoch)), said = {
    yes: `Yes: the loss hardly moves over the last of ${epochs} epochs.`,
    falling: `Not yet: after ${epochs} epochs the loss still falls. Train longer with --epochs.`,
    rising: held ? "It went past its best: the held-out loss has risen again since. --patience stops in time; fewer latents may help." : "No: the loss has risen again since its best. A lower --lr may help.",
    short: `It is too early to say, after ${counted(Math.max(0, ...r.epoch), "epoch")}.`,
    none: "No: the loss is not a number. A lower --lr may help.",
  }[verdict];
  return { question: "Did it converge?", section: "training", good: verdict === "short" && page.running ? null : verdict === "yes", said };
}

function predicts(page) {
  const find = key => list(page.metrics).find(f => f.key === key), r2 = find("r2"), bits = find("bits_per_spike"), answer = { question: "Does it predict?", section: "summary-figures" };
  if (bits && finite(bits.test)) {
    const { train, test } = bits;
    if (test <= 0) return { ...answer, good: false, nothing: true, said: `No: of held-out spikes each unit's mean rate tells ${test < 0 ? written(-test, 2) + " bits a spike more" : "as much"}.` };
    const noise = train > 0 && test < judged.lostBits * train;
    return { ...answer, good: !noise, said: `Of held-out spikes it knows ${written(test, 2)} bits a spike more than each unit's mean rate tells` + (finite(train) ? ` (${written(train, 2)} in training)` : "") + "." + (noise ? " More than half of what was learned is noise." : "") };
  }
  if (!r2) return null;
  const held = finite(r2.test), v = held ? r2.test : r2.train;
  if (!finite(v)) return null;
  if (v <= 0) return { ...answer, good: held ? false : null, nothing: true, unsure: !held, said: `No: it predicts ${held ? "held-out activity" : "the activity that it was trained on"} ${v < 0 ? "worse than" : "no better than"} each channel's mean (R² ${hundredths(v)}).` };
  const said = `It predicts ${v < judged.none ? "less than 0.1 %" : percent(v)} of the variance of ${held ? "held-out activity" : "the activity that it was trained on (none was held out)"}, one bin ahead.`;
  if (!held) return { ...answer, good: null, unsure: true, said };
  if (page.smoothed) return { ...answer, good: null, unsure: true, said: `${said} The activity was smoothed, which makes successive bins alike and predictable by itself: fit without --smooth to tell.` };
  if (finite(r2.train) && r2.train - v > judged.lost * r2.train && r2.train - v > judged.lostLeast) return { ...answer, good: false, said: `${said} In training it was ${percent(r2.train)}: part of that is noise learned by heart.` };
  if (v < judged.little) return { ...answer, good: null, unsure: true, said: `${said} That is little, but may be all there is where single bins are mostly noise: compare with another --method, or with wider bins.` };
  return { ...answer, good: true, said };
}

// doing names what each group does most, in a few words.
function doing(page) {
  const groups = list(page.groups);
  if (groups.length < 2) return null;
  const kind = list(page.spectra && page.spectra.kinds)[0], band = groups.map((_, g) => list(kind && kind.bands).find(b => list(b.within)[g] > judged.most)).map(b => b && b.name);
  const idle = g => finite(g.variance_explained) && g.variance_explained < judged.none;
  const told = groups.slice(0, 6).map((g, n) => {
    const words = finite(g.variance_explained) && !idle(g) ? [`${percent(g.variance_explained)} of the variance`] : [], best = bestColumn(page.behavior, g.name);
    if (best && best.v >= judged.tells) words.push(`best at ${best.name} (R² ${hundredths(best.v)})`);
    else if (band[n]) words.push("mostly " + band[n]);
    return words.length ? `${g.name}: ${words.join(", ")}` : "";
  }).filter(Boolean);
  const spare = groups.filter(idle), none = !spare.length ? "" : `Without ${spare.length === groups.length ? "any one group" : (spare.length > 1 ? "any one of " : "") + spare.map(g => g.name).join(", ")} the prediction is no worse.`;
  const all = [told.length ? told.join("; ") + (groups.length > 6 ? "; the others in the table below." : ".") : "", none].filter(Boolean).join(" ");
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
  const unsure = !d.dependent && !byChance(d);
  const said = d.dependent ? `No: ${words}, and ${written(known.reduce((a, b) => a + b) / known.length)} on average over ${known.length} circular shifts (p = ${written(d.p, 2)}).` : `${unsure ? "Hard to say" : "Nothing says otherwise"}: ${words} (p = ${written(d.p, 2)} over ${known.length} circular shifts).`;
  return { question: "Are the groups independent?", section: "independence", good: d.dependent ? false : unsure ? null : true, unsure, said };
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
