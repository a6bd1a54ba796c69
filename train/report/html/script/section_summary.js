// section_summary.js: what is wrong first, then the answers, the groups side by side, what was fitted, and the figures.

function summarySection(body, page) {
  const warnings = list(page.warnings);
  if (warnings.length) {
    body.append(make("aside", { class: "warnings", "aria-label": "Warnings" }, make("h2", {}, make("span", { "aria-hidden": "true" }, "⚠ "), counted(warnings.length, "warning") + (warnings.length > 1 ? ": read them first" : ": read it first")),
      make("ul", {}, warnings.map(w => make("li", {}, sentence(w))))));
  }
  if (page.running) body.append(make("p", { class: "running", role: "status" }, "The run has not ended: this page shows its training curves so far. Latents, connectivity and the other findings come at the end."));
  const made = page.made ? "made " + dated(page.made) : page.running ? "not complete" : "";
  body.append(make("p", { class: "lede" }, [page.program, made].filter(Boolean).join(" · ")));
  const short = answerList(page);
  if (short.children.length) body.append(make("h2", { class: "part first" }, page.running ? "So far" : "In short"), short);
  const groups = list(page.groups);
  if (groups.length) body.append(make("h2", { class: "part" }, "The groups at a glance"), make("div", { class: "glance" }, glance(page, groups)));
  const notes = list(page.notes);
  if (notes.length) body.append(make("details", { class: "notes" }, make("summary", {}, "What was chosen, and what was left out"), make("ul", {}, notes.map(n => make("li", {}, sentence(n))))));
  const facts = list(page.facts);
  if (facts.length) {
    body.append(make("h2", { class: "part" }, "What was fitted"), make("dl", { class: "facts" }, facts.map(f => make("div", {}, make("dt", {}, f.name),
      make("dd", {}, f.value.split(/(?<=[/])/).flatMap((part, i) => i ? [make("wbr"), part] : [part]), f.note ? make("small", {}, f.note) : null)))));
  }
  const figures = list(page.metrics);
  if (figures.length) body.append(make("h2", { class: "part", id: "summary-figures" }, "How good is the fit?"), figureTable(figures));
}

// glance is a table of what each group does, from what the other sections hold.
function glance(page, groups) {
  const head = ["Group", "Latents"], columns = [groups.map(groupName), groups.map(g => String(list(g.latents).length))];
  const share = groups.map(g => g.variance_explained);
  if (share.some(finite)) { head.push("Variance explained"); columns.push(share.map((v, g) => meter(v, groupLook(g).colour, percent(v)))); }
  const decoded = groups.map(g => list(page.behavior && page.behavior.r2).find(r => r.name === g.name));
  if (decoded.some(Boolean)) { head.push("Behaviour, R²"); columns.push(decoded.map((r, g) => { const best = bestColumn(page.behavior, groups[g].name); return make("span", {}, meter(r ? r.mean : null, groupLook(g).colour), best && best.v >= judged.tells && list(page.behavior.names).length > 1 ? make("small", {}, `${best.name}: ${hundredths(best.v)}`) : null); })); }
  const region = page.connectivity && page.connectivity.region;
  if (region && list(region.groups).length) {
    head.push("Strongest drive");
    columns.push(groups.map((_, g) => { const of = within => strongestFlow(list(region.names), floats(region.groups[g]), within), own = of(true); return make("span", {}, of(false) || "–", own ? make("small", {}, own) : null); }));
  }
  const kind = page.spectra && list(page.spectra.kinds)[0];
  if (kind && list(kind.bands).length) { head.push("Most power in"); columns.push(groups.map((_, g) => mainBand(kind, g))); }
  return table("The groups at a glance", head, groups.map((_, g) => columns.map(c => c[g])));
}

function groupName(group, g) {
  const swatch = make("span", { class: "swatch" });
  swatch.style.background = groupLook(g).colour;
  return make("span", { class: "named" }, swatch, group.name);
}

// meter is a small bar from 0 to 1 with its number.
function meter(v, colour, said) {
  const svg = shape("svg", { width: 64, height: 8, viewBox: "0 0 64 8", "aria-hidden": "true", class: "sample" }, shape("rect", { width: 64, height: 8, rx: 2, fill: tone("grid") }),
    shape("rect", { width: 64 * clamp(v || 0, 0, 1), height: 8, rx: 2, fill: colour }));
  return make("span", { class: "meter" }, svg, said || hundredths(v));
}

// mainBand is where a group has most of its power; the bands need not hold it.
function mainBand(kind, g) {
  const shares = kind.bands.map(b => list(b.within)[g]), best = shares.reduce((m, v, i) => finite(v) && (m < 0 || v > shares[m]) ? i : m, -1);
  if (best >= 0 && 1 - shares.filter(finite).reduce((a, b) => a + b, 0) > shares[best]) return `outside the bands; ${kind.bands[best].name} ${percent(shares[best])}`;
  return best < 0 ? "–" : `${kind.bands[best].name} (${percent(shares[best])})`;
}

// figureTable shows figures of summary.json, each with what it means.
function figureTable(figures) {
  const top = f => Math.max(0, ...[f.train, f.test].filter(finite).map(Math.abs));
  return make("table", { class: "figures" }, make("thead", {}, make("tr", {}, ["Figure", "Trained on", "Held out", "What it says"].map((h, i) => make("th", { scope: "col", class: i === 1 || i === 2 ? "number" : null }, h)))),
    make("tbody", {}, figures.map(f => make("tr", {},
      make("th", { scope: "row" }, f.name, f.unit ? make("span", { class: "unit" }, " (" + f.unit + ")") : null, make("code", {}, f.key)),
      make("td", { class: "number", "data-head": "trained on" }, aligned(f.train, top(f))), make("td", { class: "number held", "data-head": "held out" }, aligned(f.test, top(f))), make("td", { class: "means" }, f.means)))));
}

// dated is an RFC 3339 time as people write it.
function dated(s) {
  const m = /^(\d+)-(\d+)-(\d+)T(\d+:\d+)(?::[\d.]+)?(Z|[+-]\d+:\d+)$/.exec(s);
  if (!m) return s;
  const months = ["January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"];
  return `${Number(m[3])} ${months[m[2] - 1] || m[2]} ${m[1]}, ${m[4]} UTC${m[5] === "Z" ? "" : m[5].replace("-", "−")}`;
}

// sentence is a warning with a capital, and with its flags as they are typed, unbroken.
function sentence(s) {
  s = s.slice(0, 1).toUpperCase() + s.slice(1).replace(/\bR2\b/g, "R²").replace(/ -(?=\d)/g, " −");
  return s.split(/(--[a-z][a-z-]*[a-z])/).map((part, i) => i % 2 ? make("code", {}, part) : part);
}
