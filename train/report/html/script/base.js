// base.js: elements, numbers and words, for all pictures. Text from files becomes text nodes, never markup.

const svgNamespace = "http://www.w3.org/2000/svg";

// make is an HTML element with attributes (functions are listeners) and children (strings become text nodes).
function make(tag, attributes, ...children) { return fill(document.createElement(tag), attributes, children); }

// shape is the same of SVG.
function shape(tag, attributes, ...children) { return fill(document.createElementNS(svgNamespace, tag), attributes, children); }

function fill(element, attributes, children) {
  for (const [name, value] of Object.entries(attributes || {})) {
    if (typeof value === "function") element.addEventListener(name, value);
    else if (value != null && value !== false) element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...children.flat(3).filter(c => c != null));
  return element;
}

// floats are the numbers of a picture: base64 of little-endian float32s.
function floats(text) {
  const raw = atob(text || ""), bytes = new Uint8Array(raw.length), out = new Float32Array(raw.length >> 2);
  for (let i = 0; i < raw.length; i++) bytes[i] = raw.charCodeAt(i);
  const view = new DataView(bytes.buffer);
  for (let i = 0; i < out.length; i++) out[i] = view.getFloat32(4 * i, true);
  return out;
}

const list = v => v || []; // Go writes an empty slice that is nil as null
const finite = v => v != null && Number.isFinite(v);
const clamp = (v, low, high) => Math.max(low, Math.min(high, v));

// extent is the range of the finite values of some arrays, or null.
function extent(...arrays) {
  let low = Infinity, high = -Infinity;
  for (const a of arrays) for (const v of a) if (Number.isFinite(v)) { if (v < low) low = v; if (v > high) high = v; }
  return low <= high ? [low, high] : null;
}

// quantile returns a quantile of the finite values.
function quantile(values, q) {
  const v = Float64Array.from(values).filter(Number.isFinite).sort();
  return v.length ? v[Math.round(q * (v.length - 1))] : NaN;
}

// written is a number with three digits (or more), as people write it: a true minus, powers of ten where it is very large or small.
function written(v, digits = 3) {
  if (!finite(v)) return "–";
  if (v === 0) return "0";
  const size = Math.abs(v);
  let s;
  if (size >= 1e6 || size < 1e-3) {
    const [m, e] = v.toExponential(digits - 1).split("e");
    s = Number(m) + " × 10" + [...String(Number(e))].map(c => "⁰¹²³⁴⁵⁶⁷⁸⁹"[c] || "⁻").join("");
  } else if (size >= 1000) {
    s = grouped(Math.round(v));
  } else s = String(Number(v.toPrecision(digits)));
  return s.replace(/-/g, "−");
}

// fixed is a number with as many decimals as one of magnitude top needs for three digits: for numbers that are compared.
function fixed(v, top) {
  if (!finite(v)) return "–";
  if (!(top > 0)) return written(v, 2);
  const d = clamp(2 - Math.floor(Math.log10(top)), 0, 20);
  return d > 6 || top >= 1e5 ? written(v, 2) : v.toFixed(d).replace(/^-(0\.?0*)$/, "$1").replace("-", "−");
}

// aligned is a number with as many decimals as its neighbours in a row of a table, of which top is the largest magnitude: four digits of that one.
function aligned(v, top) {
  if (!finite(v) || !(top >= 0.1)) return fixed(v, top);
  if (top >= 1e6) return written(v, 4);
  if (top >= 1000) return grouped(Math.round(v));
  return v.toFixed(3 - Math.max(0, Math.floor(Math.log10(top)))).replace(/^-(0\.?0*)$/, "$1").replace("-", "−");
}

// hundredths is a number with two decimals, of which zero has no sign.
function hundredths(v) { return finite(v) ? v.toFixed(2).replace(/^-(0\.00)$/, "$1").replace("-", "−") : "–"; }

// grouped is a whole number with thin spaces between thousands.
function grouped(v) { return String(v).replace(/\B(?=(\d{3})+$)/g, "\u202f").replace("-", "−"); }

// counted is "1 trial" or "20 trials".
function counted(n, noun, more = "s") { return grouped(n) + " " + noun + (n === 1 ? "" : more); }

// capital is a text with a capital.
const capital = s => s.slice(0, 1).toUpperCase() + s.slice(1);

// thinned are about count places of n, evenly spaced, with the first and the last.
function thinned(n, count) {
  if (n <= count) return Array.from({ length: n }, (_, i) => i);
  return Array.from({ length: count }, (_, i) => Math.round(i * (n - 1) / (count - 1)));
}

// table of a head and rows; cells are text, numbers or elements. Numbers stand at the right.
function table(caption, head, rows) {
  const cell = (tag, v, extra) => make(tag, { ...extra, class: typeof v === "number" || v == null ? "number" : null }, v instanceof Node ? v : typeof v === "number" || v == null ? written(v, 4) : String(v));
  return make("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": caption },
    make("table", {}, make("caption", { class: "unseen" }, caption),
      make("thead", {}, make("tr", {}, head.map((h, i) => make("th", { scope: "col", class: i && rows.length && (typeof rows[0][i] === "number" || rows[0][i] == null) ? "number" : null }, h)))),
      make("tbody", {}, rows.map(r => make("tr", {}, r.map((v, i) => i === 0 ? cell("th", typeof v === "number" ? written(v, 4) : v, { scope: "row" }) : cell("td", v, { "data-head": head[i] })))))));
}

// say gives a text to screen readers, at most a few times a second.
function say(text) {
  clearTimeout(say.timer);
  say.timer = setTimeout(() => { document.getElementById("said").textContent = text; }, 250);
}

// choice is a row of buttons of which one is pressed: a radio group, so that arrow keys move through it.
function choice(label, names, chosen, choose) {
  const name = "choice-" + label.replace(/\W+/g, "-");
  return make("fieldset", { class: "choice" }, make("legend", {}, label), names.map((n, i) =>
    make("label", {}, make("input", { type: "radio", name, value: String(i), checked: i === chosen, change: () => choose(i) }), make("span", {}, n))));
}
