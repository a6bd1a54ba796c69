// section_training.js: the loss, its terms and the schedules over epochs, all restarts over one another.

function trainingSection(body, page) {
  const t = page.training, all = readTraining(t), restarts = all.filter(begun), chosen = shownRestart(all);
  if (!chosen) { body.append(make("p", { class: "missing" }, "No epochs yet.")); return; }
  const kept = chosen.chosen, of = kept || all.length < 2 ? "" : `${capital(chosen.name)}: `;
  body.append(make("p", { class: "lede" }, of, sentence(t.course || ""), kept && restarts.length > 1 ? " " + otherStarts(restarts, chosen) : "", notBegun(all, page.running)));
  drawFigures(body, page, "training");
}

// readTraining decodes the restarts of a page.
const readTraining = t => list(t && t.restarts).map(r => ({
  name: r.name, chosen: r.chosen, epoch: floats(r.epoch), train: list(r.train).map(floats), testEpoch: floats(r.test_epoch), test: list(r.test).map(floats), beta: floats(r.beta), rate: floats(r.rate),
}));

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
  return `Over the last twentieth the training loss of ${chosen.name}, which was chosen, was ${written(end(chosen), 4)}; the loss of the other ${counted(restarts.length - 1, "start")} ${s}.`;
}

// nearest is the value at the place that is nearest to x.
const nearest = (xs, ys, x) => xs.length ? ys[nearestPlace(xs, x)] : null;
