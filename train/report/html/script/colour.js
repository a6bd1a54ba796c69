// colour.js: what a colour means. Groups have the categories of the palette (palettes, which write.go puts in), and so have up to six
// conditions; more of them have a scale with dashes besides, for no palette of more colours is told apart by everyone.

const dashes = ["", "7 3", "2 3"];

// tone is a colour of the theme, from style.css.
function tone(name) { return getComputedStyle(document.documentElement).getPropertyValue("--" + name).trim(); }

const isDark = () => document.documentElement.dataset.theme === "dark";
const palette = () => palettes[isDark() ? "dark" : "light"];

// groupLook is the colour and the dash of group g.
function groupLook(g) { const c = palette().categories; return { colour: c[g % c.length], dash: dashes[Math.floor(g / c.length) % dashes.length] }; }

// conditionLooks are the colours and dashes of conditions by their names. Angles that go round get a circle of hues; other numbers a
// scale from dark to bright in their order; names a circle of hues. None is so bright or dark that it is less than 3:1 against the paper.
function conditionLooks(names) {
  const few = palette().categories;
  if (names.length <= few.length) return names.map((_, i) => ({ colour: few[i], dash: "" }));
  const numbers = names.map(n => { const m = /[-+−]?\d*\.?\d+(e[-+]?\d+)?/i.exec(n); return m ? Number(m[0].replace("−", "-")) : NaN; });
  const dash = i => dashes[i % dashes.length], n = names.length;
  const sorted = [...numbers].sort((a, b) => a - b), span = sorted[n - 1] - sorted[0];
  const round = [360, 2 * Math.PI].some(turn => Math.abs(span + span / (n - 1) - turn) < 0.02 * turn);
  if (numbers.every(Number.isFinite) && new Set(numbers).size === n && !round) {
    const rank = numbers.map(v => sorted.indexOf(v) / (n - 1));
    return names.map((_, i) => ({ colour: oklch(isDark() ? 0.55 + 0.37 * rank[i] : 0.33 + 0.33 * rank[i], 0.13, 285 - 200 * rank[i]), dash: dash(i) }));
  }
  return names.map((_, i) => ({ colour: oklch((isDark() ? 0.72 : 0.56) + (i % 2 ? 0.07 : -0.07), 0.14, 25 + 360 * i / n), dash: dash(i) }));
}

// oklch is a colour of even lightness as the screen's red, green and blue (Ottosson 2020, "A perceptual color space").
function oklch(L, C, hue) {
  const a = C * Math.cos(hue * Math.PI / 180), b = C * Math.sin(hue * Math.PI / 180);
  const l = (L + 0.3963377774 * a + 0.2158037573 * b) ** 3, m = (L - 0.1055613458 * a - 0.0638541728 * b) ** 3, s = (L - 0.0894841775 * a - 1.2914855480 * b) ** 3;
  const linear = [4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s, -1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s,
    -0.0041960863 * l - 0.7034186147 * m + 1.7076147010 * s];
  return hex(linear.map(v => { v = clamp(v, 0, 1); return 255 * (v <= 0.0031308 ? 12.92 * v : 1.055 * v ** (1 / 2.4) - 0.055); }));
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
