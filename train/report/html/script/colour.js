// colour.js: the meaning of colours. Groups have the categories of the palette (palettes, which write.go inserts). Conditions have the
// looks that come with their figure.

const dashes = ["", "7 3", "2 3", "7 2 1.5 2"];

// tone is a colour of the theme, from style.css.
function tone(name) { return getComputedStyle(document.documentElement).getPropertyValue("--" + name).trim(); }

const isDark = () => document.documentElement.dataset.theme === "dark";
const palette = () => palettes[isDark() ? "dark" : "light"];

// groupLook is the colour and the dash of group g.
function groupLook(g) { const c = palette().categories; return { colour: c[g % c.length], dash: dashes[Math.floor(g / c.length) % dashes.length] }; }

// conditionLook returns the colour and the dash of condition i of a figure.
function conditionLook(f, i) {
  const look = list(f.looks)[i];
  return look ? { colour: isDark() ? look.dark : look.light, dash: list(look.dashes).join(" ") } : { colour: tone("ink"), dash: "" };
}

const hex = rgb => "#" + rgb.map(v => Math.round(v).toString(16).padStart(2, "0")).join("");
const rgb = code => [1, 3, 5].map(i => parseInt(code.slice(i, i + 2), 16));

// along is the colour at fraction f (0 to 1) of a list of them, as [red, green, blue].
function along(codes, f) {
  const at = clamp(f, 0, 1) * (codes.length - 1), i = Math.min(Math.floor(at), codes.length - 2), a = rgb(codes[i]), b = rgb(codes[i + 1]);
  return a.map((v, k) => v + (at - i) * (b[k] - v));
}

// diverging is the colour of v from -1 (blue) over 0 to 1 (red); what is not a number is grey.
function diverging(v) {
  if (!Number.isFinite(v)) return [0x99, 0x99, 0x99];
  return along(v < 0 ? palette().negative : palette().positive, Math.abs(v));
}

// sequential is the colour of v from 0 to 1, for what has no sign.
function sequential(v) {
  if (!Number.isFinite(v)) return [0x99, 0x99, 0x99];
  return along(palette().sequential, v);
}

// on is the colour of text that is read on a colour: the one with more contrast.
function on([r, g, b]) {
  const [x, y, z] = [r, g, b].map(v => { v /= 255; return v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4; });
  return 0.2126 * x + 0.7152 * y + 0.0722 * z > 0.18 ? "#111417" : "#FFFFFF";
}
