// section_reproduction.js: what repeats the run.

function reproductionSection(body, page) {
  const r = page.reproduction;
  if (r.command) {
    const said = make("button", { type: "button", class: "copy control", click: () => copy(r.command, said) }, "Copy");
    body.append(make("div", { class: "command" }, make("pre", { tabindex: "0", "aria-label": "The command" }, make("code", {}, r.command)), said));
    if (r.note) body.append(make("p", {}, r.note));
  }
  const facts = [["Version", r.version], ["Seed", String(r.seed)], ["Recording", r.data], ["SHA-256 of the recording", r.sha256]].filter(f => f[1]);
  body.append(make("dl", { class: "facts plain" }, facts.map(([k, v]) => make("div", {}, make("dt", {}, k), make("dd", {}, make("code", {}, v))))));
  body.append(make("p", {}, "The settings are in ", make("a", { href: "./config.toml" }, "config.toml"), " beside this page."));
  if (r.config) body.append(make("details", { class: "behind" }, make("summary", {}, "config.toml"), make("pre", { tabindex: "0" }, make("code", {}, r.config))));
}

// copy puts text on the clipboard; where the browser forbids that, it selects it.
async function copy(text, button) {
  try {
    await navigator.clipboard.writeText(text);
    button.textContent = "Copied";
  } catch {
    getSelection().selectAllChildren(button.parentElement.querySelector("code"));
    button.textContent = "Selected";
  }
  setTimeout(() => { button.textContent = "Copy"; }, 2000);
}
