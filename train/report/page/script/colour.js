// colour.js: what a colour means. Groups have the palette of Okabe and Ito; so have up to six conditions, and more of them a scale
// with dashes besides, for no palette of more colours is told apart by everyone.

const palette = ["#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9"];
const dashes = ["", "7 3", "2 3"];

// tone is a colour of the theme, from style.css.
function tone(name) { return getComputedStyle(document.documentElement).getPropertyValue("--" + name).trim(); }

const isDark = () => document.documentElement.dataset.theme === "dark";

// groupLook is the colour and the dash of group g.
function groupLook(g) { return { colour: palette[g % palette.length], dash: dashes[Math.floor(g / palette.length) % dashes.length] }; }

// conditionLooks are the colours and dashes of conditions by their names. Angles that go round get a circle of hues; other numbers a
// scale from dark to bright in their order; names a circle of hues.
function conditionLooks(names) {
  if (names.length <= palette.length) return names.map((_, i) => ({ colour: palette[i], dash: "" }));
  const numbers = names.map(n => { const m = /[-+−]?\d*\.?\d+(e[-+]?\d+)?/i.exec(n); return m ? Number(m[0].replace("−", "-")) : NaN; });
  const dash = i => dashes[i % dashes.length], n = names.length;
  const sorted = [...numbers].sort((a, b) => a - b), span = sorted[n - 1] - sorted[0];
  const round = [360, 2 * Math.PI].some(turn => Math.abs(span + span / (n - 1) - turn) < 0.02 * turn);
  if (numbers.every(Number.isFinite) && new Set(numbers).size === n && !round) {
    const rank = numbers.map(v => sorted.indexOf(v) / (n - 1));
    return names.map((_, i) => ({ colour: oklch((isDark() ? 0.55 : 0.35) + 0.37 * rank[i], 0.13, 285 - 200 * rank[i]), dash: dash(i) }));
  }
  return names.map((_, i) => ({ colour: oklch((isDark() ? 0.72 : 0.60) + (i % 2 ? 0.07 : -0.07), 0.14, 25 + 360 * i / n), dash: dash(i) }));
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

// The sides of the diverging scale: ColorBrewer's RdBu from white, and its mirror from the dark page for the dark theme.
const scales = {
  light: { red: ["#FFFFFF", "#FDDBC7", "#F4A582", "#D6604D", "#B2182B", "#67001F"], blue: ["#FFFFFF", "#D1E5F0", "#92C5DE", "#4393C3", "#2166AC", "#053061"] },
  dark: { red: ["#1B1F24", "#4A2426", "#87302F", "#C8463B", "#EE6A4E", "#FF9A78"], blue: ["#1B1F24", "#1C3450", "#20568A", "#2F7DC0", "#56A3E3", "#8CC9FF"] },
};

// along is the colour at fraction f (0 to 1) of a list of them, as [red, green, blue].
function along(codes, f) {
  const at = clamp(f, 0, 1) * (codes.length - 1), i = Math.min(Math.floor(at), codes.length - 2), a = rgb(codes[i]), b = rgb(codes[i + 1]);
  return a.map((v, k) => v + (at - i) * (b[k] - v));
}

// diverging is the colour of v from -1 (blue) over 0 to 1 (red); what is not a number is grey.
function diverging(v) {
  if (!Number.isFinite(v)) return [0x99, 0x99, 0x99];
  const s = scales[isDark() ? "dark" : "light"];
  return along(v < 0 ? s.blue : s.red, Math.abs(v));
}

// sequential is the colour of v from 0 to 1, for what has no sign.
function sequential(v) {
  if (!Number.isFinite(v)) return [0x99, 0x99, 0x99];
  return along(isDark() ? ["#1B1F24", "#17404A", "#1F6F6F", "#58A582", "#C6DE8F"] : ["#FFFFFF", "#D3EBDD", "#7CC2AE", "#2C8092", "#173F5F"], v);
}

// on is the colour of text that is read on a colour: the one with more contrast.
function on([r, g, b]) {
  const [x, y, z] = [r, g, b].map(v => { v /= 255; return v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4; });
  return 0.2126 * x + 0.7152 * y + 0.0722 * z > 0.18 ? "#111417" : "#FFFFFF";
}
