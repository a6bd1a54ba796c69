// report.js: the page as a whole. render fills it and may be called again with newer numbers.

// parts are the sections, by their ids, that have more than figures: each fills a body with its part of the page, figures among it.
const parts = {
  summary: summarySection, training: trainingSection, connectivity: connectivitySection, behavior: behaviorSection, independence: independenceSection,
  recovery: recoverySection, reproduction: reproductionSection,
};

// render shows a page. What the reader chose (theme, switches, views, hidden conditions, opened tables) stays.
function render(page) {
  state.page = page;
  document.title = page.title + ": report";
  document.getElementById("summary-title").textContent = page.running ? "Training curves: " + page.title : page.title;
  refill(...[...document.querySelectorAll("main > section")].map(s => s.id));
}

// refill fills sections again.
function refill(...ids) {
  const page = state.page, focus = document.activeElement && document.activeElement.closest("section") ? places().indexOf(document.activeElement) : -1;
  const height = document.body.scrollHeight;
  document.body.style.minHeight = height + "px"; // so that the reader is not scrolled while sections are empty
  for (const id of ids) {
    const body = document.querySelector(`#${id} > .body`), absent = id !== "summary" && page[id] == null && !list(page.figures).some(f => f.section === id);
    for (const p of pictures.filter(p => body.contains(p.holder))) { widths.unobserve(p.holder); pictures.splice(pictures.indexOf(p), 1); }
    body.replaceChildren();
    if (!absent && (parts[id] && page[id] != null || id === "summary")) parts[id](body, page);
    else if (!absent) drawFigures(body, page, id);
    if (absent || !parts[id] && !body.textContent) {
      const why = (page.missing || {})[id];
      body.append(make("p", { class: "missing" }, why ? "Not shown: " + why : "Not shown: this run has no data for this section."));
    }
    document.querySelector(`#contents a[href="#${id}"]`).classList.toggle("absent", absent);
  }
  for (const p of pictures) if (!p.width) p.redraw(); // now that all have their widths
  document.body.style.minHeight = "";
  if (focus >= 0 && places()[focus]) places()[focus].focus({ preventScroll: true });
}

// places are the elements that can have the focus, in order. They let the focus return after new numbers.
const places = () => [...document.querySelectorAll("main button, main input, main summary, main a, main [tabindex]")];

// start is called once, at the end of the script.
function start() {
  const page = JSON.parse(document.getElementById("page").textContent);
  themes();
  paper();
  render(page);
  contents();
  // A page that is opened as a file asks no server. The server of a running run is asked for its new numbers.
  if (page.running && /^https?:$/.test(location.protocol)) follow(JSON.stringify(page));
}

// follow asks for page.json every 2 s, until the run is complete. A server that does not answer is asked again.
async function follow(known) {
  for (;;) {
    await new Promise(done => setTimeout(done, 2000));
    try {
      const answer = await fetch("page.json", { cache: "no-store" });
      if (!answer.ok) continue;
      const page = await answer.json(), text = JSON.stringify(page);
      if (text !== known) { known = text; render(page); }
      if (!page.running) return;
    } catch { /* the server is away; so it stays as it is */ }
  }
}

// themes offers light, dark and the system's own, and keeps the choice where the browser allows that.
function themes() {
  const system = matchMedia("(prefers-color-scheme: dark)"), names = ["auto", "light", "dark"];
  try { state.theme = localStorage.getItem("facrnn-theme") || "auto"; } catch { state.theme = "auto"; }
  if (!names.includes(state.theme)) state.theme = "auto";
  const apply = () => { document.documentElement.dataset.theme = state.theme === "auto" ? (system.matches ? "dark" : "light") : state.theme; };
  const change = () => { apply(); render(state.page); };
  apply();
  system.addEventListener("change", change);
  document.getElementById("theme").append(choice("Theme", names, names.indexOf(state.theme), i => {
    state.theme = names[i];
    try { localStorage.setItem("facrnn-theme", state.theme); } catch { /* not kept, then */ }
    change();
  }));
  themes.apply = apply;
}

// paper makes the page light, and as wide as a sheet, while it is printed.
function paper() {
  addEventListener("beforeprint", () => { document.documentElement.dataset.theme = "light"; document.documentElement.classList.add("paper"); render(state.page); });
  addEventListener("afterprint", () => { document.documentElement.classList.remove("paper"); themes.apply(); render(state.page); });
}

// contents marks the section that is being read.
function contents() {
  const links = new Map([...document.querySelectorAll("#contents a")].map(a => [a.getAttribute("href").slice(1), a]));
  const seen = new IntersectionObserver(entries => {
    for (const e of entries) if (e.isIntersecting) {
      for (const a of links.values()) a.removeAttribute("aria-current");
      const a = links.get(e.target.id);
      if (a) a.setAttribute("aria-current", "true");
    }
  }, { rootMargin: "-15% 0px -75% 0px" });
  for (const s of document.querySelectorAll("main > section")) seen.observe(s);
}
