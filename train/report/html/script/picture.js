// picture.js: a picture in its frame: a heading, the drawing (made anew for every width and theme), a note, the numbers behind it.

// pictures are those on the page. state is what the reader chose; it outlives new numbers.
const pictures = [];
const state = { page: null, theme: "", variants: new Map(), order: "", chosen: new Set(), singles: true, views: new Map(), cell: null, opened: new Set() };

const widths = new ResizeObserver(entries => {
  for (const e of entries) {
    const p = pictures.find(p => p.holder === e.target);
    if (p && Math.abs(p.width - e.contentRect.width) >= 1) p.redraw();
  }
});

// picture adds a figure to parent. draw(width) returns what is drawn; numbers() returns {head, rows, note} of the table behind it, which
// is made when it is opened. level is that of its heading; topic
// is what a switch redraws it by; hint says how to use it, and is not printed.
function picture(parent, { title, key, swatch, draw, note, hint, numbers, topic, level = 3, wide = false }) {
  const holder = make("div", { class: "drawing" });
  const said = make("p", { class: "note" });
  const frame = make("figure", { class: wide ? "wide" : null, "data-key": key || title },
    make("figcaption", {}, make("h" + level, {}, swatch ? make("span", { class: "swatch" }) : null, title),
      make("button", { type: "button", class: "save control", "aria-label": "Save as PNG: " + title, title: "Save as PNG", click: () => save(holder, title) }, "PNG")),
    holder, said, hint ? make("p", { class: "note control" }, hint) : null, numbers ? behind(key || title, title, numbers) : null);
  if (swatch) frame.querySelector(".swatch").style.background = swatch;
  parent.append(frame);
  const p = {
    holder, topic, width: 0,
    redraw() {
      p.width = holder.getBoundingClientRect().width;
      if (p.width < 10) return;
      holder.replaceChildren(...[draw(Math.floor(p.width))].flat().filter(Boolean));
      const text = typeof note === "function" ? note() : note;
      said.textContent = text || "";
      said.hidden = !text;
    },
  };
  pictures.push(p);
  widths.observe(holder);
  return frame;
}

// behind is the table of a picture's numbers, folded up.
function behind(key, title, numbers) {
  const d = make("details", { class: "behind" }, make("summary", {}, "The numbers", make("span", { class: "unseen" }, ": " + title)));
  const open = () => {
    if (d.open && d.children.length === 1) {
      const n = numbers();
      d.append(table(title, n.head, n.rows));
      if (n.note) d.append(make("p", { class: "note" }, n.note));
    }
    state.opened[d.open ? "add" : "delete"](key);
  };
  d.addEventListener("toggle", open);
  d.open = state.opened.has(key);
  return d;
}

// redrawTopic draws the pictures of a topic again, after a switch: "conditions", "map".
function redrawTopic(topic) { for (const p of pictures) if (p.topic === topic) p.redraw(); }

// save makes a PNG of a drawing, twice as fine as the screen: canvases and vectors are laid over one another as they are on the page.
async function save(holder, title) {
  const box = holder.getBoundingClientRect(), fine = 2;
  const canvas = make("canvas", { width: Math.ceil(box.width * fine), height: Math.ceil(box.height * fine) });
  const g = canvas.getContext("2d");
  g.scale(fine, fine);
  g.fillStyle = tone("paper");
  g.fillRect(0, 0, box.width, box.height);
  for (const e of holder.querySelectorAll("canvas, svg")) {
    const b = e.getBoundingClientRect(), at = [b.left - box.left, b.top - box.top, b.width, b.height];
    g.imageSmoothingEnabled = !e.classList.contains("cells");
    if (e.tagName === "CANVAS") { if (e.width && e.height) g.drawImage(e, ...at); continue; }
    const copy = e.cloneNode(true);
    copy.setAttribute("xmlns", svgNamespace);
    copy.setAttribute("font-family", getComputedStyle(document.body).fontFamily);
    const image = new Image();
    image.src = "data:image/svg+xml;charset=utf-8," + encodeURIComponent(new XMLSerializer().serializeToString(copy));
    await image.decode();
    g.drawImage(image, ...at);
  }
  make("a", { href: canvas.toDataURL("image/png"), download: title.replace(/[^\p{L}\p{N}]+/gu, "_").slice(0, 60) + ".png" }).click();
}
