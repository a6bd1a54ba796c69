// answers.js: the verdicts of the page, which summary.json and the terminal have word for word, each with a mark and a way to its section.

// verdictSections are the sections that verdicts come from, by their keys.
const verdictSections = { converged: "training", predicts: "summary-figures", groups: "latents", drives: "connectivity", independent: "independence", trusted: "reproduction" };

function answerList(page) {
  const marks = { good: ["good", "✓", "good: "], care: ["care", "!", "with care: "] };
  return make("dl", { class: "answers" }, list(page.verdicts).map(v => {
    const [look, mark, heard] = marks[v.status] || [null, "", null];
    return make("div", { class: look },
      make("dt", {}, mark ? make("span", { class: "sign", "aria-hidden": "true" }, mark) : null, make("a", { href: "#" + verdictSections[v.key] }, v.question)), make("dd", {}, heard ? make("span", { class: "unseen" }, heard) : null, sentence(v.sentence)));
  }));
}

// verdictOn is the sentence of the verdict with a key; "" if there is none.
function verdictOn(page, key) { const v = list(page.verdicts).find(v => v.key === key); return v ? v.sentence : ""; }
