// section_training.js: the loss, its terms and the schedules over epochs, all restarts over one another.

function trainingSection(body, page) {
  const t = page.training, all = readTraining(t), restarts = all.filter(begun), chosen = shownRestart(all);
  if (!chosen) { body.append(make("p", { class: "missing" }, "No epochs yet.")); return; }
  restarts.sort((a, b) => (a === chosen) - (b === chosen)); // the chosen one is drawn last, over the others
  const kept = chosen.chosen, of = kept || all.length < 2 ? "" : `${capital(chosen.name)}: `;
  body.append(make("p", { class: "lede" }, of, sentence(t.course || ""), kept && restarts.length > 1 ? " " + otherStarts(restarts, chosen) : "", notBegun(all, page.running)));
  const entries = [{ name: "trained on", colour: tone("ink") }];
  if (restarts.some(r => r.testEpoch.length)) entries.push({ name: "held out", colour: tone("accent") });
  if (restarts.length > 1) entries.push({ name: `faint, in the same colours: the other ${counted(restarts.length - 1, "restart")} (${kept ? "kept" : "in full colour"}: ${chosen.name})`, colour: tone("quiet"), opacity: 0.5, width: 1.2 });
  body.append(key(entries));
  const grid = make("div", { class: "grid" });
  body.append(grid);
  list(t.terms).forEach((term, m) => termPicture(grid, term, m, restarts, chosen));
  schedule(grid, "Learning rate", "learning rate", restarts, chosen, r => r.rate);
  if (chosen.beta.length) schedule(grid, "Weight of partial correlation", "β", restarts, chosen, r => r.beta);
  if (t.note) body.append(make("p", { class: "note" }, t.note));
}

// readTraining decodes the restarts of a page.
const readTraining = t => list(t && t.restarts).map(r => ({
  name: r.name, chosen: r.chosen, epoch: floats(r.epoch), train: list(r.train).map(floats), testEpoch: floats(r.test_epoch), test: list(r.test).map(floats), beta: floats(r.beta), rate: floats(r.rate),
}));

const capital = s => s.slice(0, 1).toUpperCase() + s.slice(1);

// begun says whether a restart has an epoch behind it.
const begun = r => r.epoch.length > 0;

// shownRestart is the restart that was kept or, while none is, that with the most epochs; undefined while none has begun.
const shownRestart = restarts => restarts.find(r => r.chosen && begun(r)) || restarts.filter(begun).sort((a, b) => Math.max(...b.epoch) - Math.max(...a.epoch))[0];

// notBegun names the restarts without an epoch; "" if all have one.
function notBegun(restarts, running) {
  const names = restarts.filter(r => !begun(r)).map(r => r.name), few = names.slice(0, 5).join(", ") + (names.length > 5 ? ` and ${names.length - 5} more` : "");
  return names.length ? ` ${capital(few)} ${names.length > 1 ? "have" : "has"} ${running ? "not begun yet" : "no finished epoch"}.` : "";
}

// otherStarts says where the other restarts ended, by the mean over the last twentieth of the epochs that one is chosen by: from different starts to
// one loss speaks for the fit.
function otherStarts(restarts, chosen) {
  const end = r => { const last = (r.train[0] || []).slice(-Math.max(1, Math.ceil(r.epoch.length / 20))); return last.reduce((a, b) => a + b, 0) / last.length; }, others = extent(restarts.filter(r => r !== chosen).map(end));
  if (!others) return "";
  const s = others[0] === others[1] ? written(others[0], 4) : `${written(others[0], 4)} to ${written(others[1], 4)}`;
  return `Over the last twentieth the training loss of ${chosen.name}, which was kept, was ${written(end(chosen), 4)}; that of the other ${counted(restarts.length - 1, "start")} ${s}.`;
}

// termMeans says what a term of the loss is.
const termMeans = {
  "loss": "What training makes small: the terms beside it, each with its weight.",
  "reconstruction": "How improbable the activity is under the prediction: lower is better.",
  "KL": "How far the latents are from noise: what they keep of the activity's past.",
  "partial correlation": "How much the groups know of one another. It is told quickly here, from a minibatch at a time, and may come out below 0; the summary has the careful figure.",
};

// squeezed says whether most values lie in a small part of the range, so that a straight axis would hide them.
function squeezed(values) {
  const e = extent(values);
  return e && e[1] > e[0] && quantile(values, 0.9) - quantile(values, 0.2) < 0.2 * (e[1] - e[0]);
}

function termPicture(parent, term, m, restarts, chosen) {
  const all = restarts.flatMap(r => [...(r.train[m] || []), ...(r.test[m] || [])]).filter(Number.isFinite), range = extent(all);
  const y = { label: "nats a bin" };
  let cut = "";
  if (squeezed(all)) {
    if (range[0] > 0 && range[1] / range[0] > 10) { y.log = true; y.label = "nats a bin (log)"; } else {
      // A range with negative values has no logarithm: the axis ends above what the later epochs reach.
      const later = restarts.flatMap(r => [...[...(r.train[m] || [])].slice(Math.ceil(r.epoch.length / 12)), ...[...(r.test[m] || [])].slice(Math.ceil(r.testEpoch.length / 12))]);
      const e = extent(later);
      if (e && e[1] > e[0] && range[1] - e[0] > 3 * (e[1] - e[0])) {
        y.domain = [range[0] - 0.05 * (e[1] - e[0]), e[1] + 0.15 * (e[1] - e[0])];
        cut = `The axis ends at ${written(y.domain[1])}; the first epochs reach ${written(range[1])}.`;
      }
    }
  }
  picture(parent, {
    title: m === 0 ? "Loss" : term[0].toUpperCase() + term.slice(1), key: "training-" + term, note: [termMeans[term], cut].filter(Boolean).join(" "),
    draw: width => plot(width, {
      label: `${term} over epochs, trained on and held out`, height: onPaper(240), read: { section: "training", x: "epoch" }, x: { label: "epoch", domain: extent(...restarts.map(r => r.epoch), ...restarts.map(r => r.testEpoch)), whole: true }, y,
      lines: restarts.flatMap(r => {
        const own = r === chosen, look = own ? {} : { width: 1, opacity: 0.35, faint: true };
        return [{ x: r.epoch, y: r.train[m] || [], colour: tone("ink"), name: "trained on", width: 1.3, ...look }, { x: r.testEpoch, y: r.test[m] || [], colour: tone("accent"), name: "held out", ...look }];
      }),
    }),
    numbers: () => ({
      head: ["epoch", "trained on", "held out"], note: "Of the chosen restart; held out: at the nearest epoch.",
      rows: thinned(chosen.epoch.length, 25).map(i => [chosen.epoch[i], (chosen.train[m] || [])[i], nearest(chosen.testEpoch, chosen.test[m] || [], chosen.epoch[i])]),
    }),
  });
}

// nearest is the value at the place that is nearest to x.
const nearest = (xs, ys, x) => xs.length ? ys[nearestPlace(xs, x)] : null;

// onPaper is a height, or the smaller one that it is on paper.
const onPaper = height => Math.round(height * (isPaper() ? 0.6 : 1));
const isPaper = () => document.documentElement.classList.contains("paper");

function schedule(parent, title, name, restarts, chosen, of) {
  const e = extent(...restarts.map(of));
  if (!e) return;
  picture(parent, {
    title, key: "training-" + name,
    draw: width => plot(width, {
      label: title + " over epochs", height: onPaper(240), read: { section: "training", x: "epoch" }, x: { label: "epoch", domain: extent(...restarts.map(r => r.epoch)), whole: true }, y: { label: name, domain: e[1] > 0 ? [Math.min(0, e[0]), e[1] * (e[1] > e[0] ? 1.05 : 1.3)] : undefined },
      lines: restarts.map(r => ({ x: r.epoch, y: of(r), colour: tone("ink"), name, ...(r === chosen ? { width: 2 } : { width: 1, opacity: 0.35, faint: true }) })),
    }),
    numbers: () => ({ head: ["epoch", name], rows: thinned(chosen.epoch.length, 25).map(i => [chosen.epoch[i], of(chosen)[i]]) }),
  });
}
