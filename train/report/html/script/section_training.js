// section_training.js: the loss, its terms and the schedules over epochs, all restarts over one another.

function trainingSection(body, page) {
  const t = page.training, all = readTraining(t), restarts = all.filter(begun), chosen = shownRestart(all);
  if (!chosen) { body.append(make("p", { class: "missing" }, "No epochs yet.")); return; }
  const kept = chosen.chosen, of = kept || all.length < 2 ? "" : `${capital(chosen.name)}: `;
  body.append(make("p", { class: "lede" }, of, convergence(chosen).said, kept && restarts.length > 1 ? " " + otherStarts(restarts, chosen) : "", notBegun(all, page.running)));
  drawFigures(body, page, "training");
}

// readTraining decodes the restarts of a page.
const readTraining = t => list(t && t.restarts).map(r => ({
  name: r.name, chosen: r.chosen, epoch: floats(r.epoch), train: list(r.train).map(floats), testEpoch: floats(r.test_epoch), test: list(r.test).map(floats), beta: floats(r.beta), rate: floats(r.rate), partial: list(t.terms).indexOf("partial correlation"),
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

// settled is a change of the loss, as a part of what training gained, that is none: at such a pace another tenth of the epochs would bring less than a fiftieth more, no more than from one seed to the
// next. risen is one that is a loss of what was gained: held-out losses come back by a few hundredths where minibatches are small, so it is more than settled. Both are our judgement.
const settled = 0.02, risen = 0.05;

// convergence says of a restart where the loss is lowest, how much it still moves between the last two tenths of the epochs (medians, for
// minibatches differ), and whether that is little of what training gained: {said, held, verdict: "yes", "falling", "rising", "short" or "none"}. The weight of the
// partial correlation changes as training goes: losses are compared with the weight of the last epoch, for else they rise or fall with it though the model does not change.
function convergence(r) {
  const held = r.test[0] && r.test[0].length > 1, x = held ? r.testEpoch : r.epoch, what = (held ? "The held-out loss" : "The loss") + (new Set(r.beta).size > 1 ? ", with the last epoch's weights," : "");
  const y = comparable(r, x, held ? r.test : r.train);
  let best = -1;
  for (let i = 0; i < y.length; i++) if (Number.isFinite(y[i]) && (best < 0 || y[i] < y[best])) best = i;
  if (best < 0) return { said: what + " is not a number in any epoch.", verdict: "none", held };
  const last = y.length - 1, since = part => y.filter((_, i) => x[i] > x[last] - part * (x[last] - x[0]));
  let said = `${what} is lowest in epoch ${grouped(x[best])} (${written(y[best], 4)} nats a bin) of ${grouped(x[last])}`;
  if (y.length < 20) return { said: said + ".", verdict: "short", held };
  const final = since(0.1), before = since(0.2).slice(0, -final.length), change = median(final) - median(before), gained = y.find(Number.isFinite) - y[best];
  if (!Number.isFinite(change)) return { said: said + ".", verdict: "none", held };
  said += `; between the last two tenths of the epochs it ${change < 0 ? "fell" : "rose"} by ${written(Math.abs(change), 2)}` + (gained > 0 ? `, ${Math.abs(change) < 0.001 * gained ? "less than 0.1 %" : percent(Math.abs(change) / gained)} of what training gained.` : ".");
  const above = median(final) - y[best];
  return { said, held, verdict: gained > 0 && change < -settled * gained ? "falling" : !(gained > 0) || above > risen * gained ? "rising" : "yes" };
}

// comparable is the loss in epochs x with the last epoch's weight of the partial correlation, from terms as Training has them.
function comparable(r, x, terms) {
  const loss = terms[0] || [], partial = terms[r.partial], last = r.beta[r.beta.length - 1];
  return partial && finite(last) ? loss.map((v, i) => v - (nearest(r.epoch, r.beta, x[i]) - last) * partial[i]) : loss;
}

// otherStarts says where the other restarts ended, by the mean over the last twentieth of the epochs that one is chosen by: from different starts to
// one loss speaks for the fit.
function otherStarts(restarts, chosen) {
  const end = r => { const last = (r.train[0] || []).slice(-Math.max(1, Math.ceil(r.epoch.length / 20))); return last.reduce((a, b) => a + b, 0) / last.length; }, others = extent(restarts.filter(r => r !== chosen).map(end));
  if (!others) return "";
  const s = others[0] === others[1] ? written(others[0], 4) : `${written(others[0], 4)} to ${written(others[1], 4)}`;
  return `Over the last twentieth the training loss of ${chosen.name}, which was kept, was ${written(end(chosen), 4)}; that of the other ${counted(restarts.length - 1, "start")} ${s}.`;
}

// nearest is the value at the place that is nearest to x.
const nearest = (xs, ys, x) => xs.length ? ys[nearestPlace(xs, x)] : null;
