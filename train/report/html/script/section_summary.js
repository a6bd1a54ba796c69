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

// glance is a table of what each group does.
function glance(page, groups) {
  const head = ["Group", "Latents"], columns = [groups.map(groupName), groups.map(g => String(list(g.latents).length))];
  const share = groups.map(g => g.variance_explained);
  if (share.some(finite)) { head.push("Variance explained"); columns.push(share.map((v, g) => meter(v, groupLook(g).colour, percent(v)))); }
  const decoded = groups.map(g => list(page.behavior && page.behavior.r2).find(r => r.name === g.name)), small = said => said ? make("small", {}, said) : null;
  if (decoded.some(Boolean)) { head.push("Behaviour, R²"); columns.push(decoded.map((r, g) => make("span", {}, meter(r ? r.mean : null, groupLook(g).colour), list(page.behavior.names).length > 1 ? small(groups[g].decoded) : null))); }
  if (groups.some(g => g.drive || g.within)) { head.push("Strongest drive"); columns.push(groups.map(g => make("span", {}, g.drive || "–", small(g.within)))); }
  if (groups.some(g => g.band)) { head.push("Most power in"); columns.push(groups.map(g => g.band || "–")); }
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

// figureTable shows numbers of summary.json, each with its meaning.
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
  s = s.slice(0, 1).toUpperCase() + s.slice(1).replace(/\bR2\b/g, "R²").replace(/([ (])-(?=\d)/g, "$1−");
  return s.split(/(--[a-z][a-z-]*[a-z])/).map((part, i) => i % 2 ? make("code", {}, part) : part);
}
