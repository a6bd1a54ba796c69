// picture.js: a picture in its frame: a heading, the drawing (drawn again for each width and theme), a note, and its numbers.

// pictures are the pictures of the page. state holds the choices of the reader; it stays when new numbers come.
const pictures = [];
const state = { page: null, theme: "", variants: new Map(), order: "", chosen: new Set(), singles: true, views: new Map(), cell: null, opened: new Set() };

const widths = new ResizeObserver(entries => {
  for (const e of entries) {
    const p = pictures.find(p => p.holder === e.target);
    if (p && Math.abs(p.width - e.contentRect.width) >= 1) p.redraw();
  }
});

// picture adds a figure to parent. draw(width) returns the drawing. numbers() returns {head, rows, note} of a short table below it, which
// is made when it is opened; values() returns {head, rows} of all numbers for a CSV file. level is the level of the heading. A switch
// redraws all pictures of its topic. hint says how to use the picture, and is not printed.
function picture(parent, { title, key, swatch, draw, note, hint, numbers, values, topic, level = 3, wide = false }) {
  const holder = make("div", { class: "drawing" });
  const said = make("p", { class: "note" });
  const caption = make("figcaption", {}, make("h" + level, {}, swatch ? make("span", { class: "swatch" }) : null, title));
  const frame = make("figure", { class: wide ? "wide" : null, "data-key": key || title }, caption,
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
  caption.append(savers(p, title, values || numbers));
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
