"use strict";
(() => {
  const calls = [...document.querySelectorAll("#calls details")];
  const commands = [...document.querySelectorAll(".command")];
  const box = document.getElementById("filter"), found = document.getElementById("found"), all = document.getElementById("all");
  document.getElementById("find").hidden = false;

  const glob = (g) => new RegExp("^" + g.replace(/[.+^${}()|[\]\\]/g, "\\$&").replace(/\*/g, ".*").replace(/\?/g, ".") + "$", "i");
  const text = (d) => d.seen ??= (d.querySelector("summary").textContent + " " + d.querySelector("pre").textContent.split("\n")[0]).toLowerCase();
  const compare = { ":": (a, b) => a === b, "=": (a, b) => a === b, ">=": (a, b) => a >= b, "<=": (a, b) => a <= b, ">": (a, b) => a > b, "<": (a, b) => a < b };

  function term(word) {
    let m;
    if ((m = /^op:(.+)$/.exec(word))) { const g = glob(m[1]); return (d) => g.test(d.dataset.op); }
    if ((m = /^status(:|=|>=|<=|>|<)(\d+)$/.exec(word))) { const f = compare[m[1]], n = Number(m[2]); return (d) => f(Number(d.dataset.status), n); }
    if ((m = /^cmd:(.+)$/.exec(word))) { const w = m[1].toLowerCase(); return (d) => d.closest(".command").querySelector("h2").title.toLowerCase().includes(w); }
    if (word === "is:error" || word === "is:failed") return (d) => "error" in d.dataset;
    if (/^(op|status|cmd|is)[:=<>]/.test(word)) return null;
    const w = word.toLowerCase();
    return (d) => text(d).includes(w);
  }

  function parse(line) {
    const terms = [];
    let not = false;
    for (const word of line.trim().split(/\s+/).filter(Boolean)) {
      if (word === "not") { not = !not; continue; }
      if (word === "and") continue;
      const t = term(word);
      if (!t) return word;
      const n = not;
      terms.push((d) => t(d) !== n);
      not = false;
    }
    return terms;
  }

  function apply() {
    const terms = parse(box.value);
    if (typeof terms === "string") { found.value = terms + " is not known here"; return; }
    let n = 0;
    for (const d of calls) {
      const yes = terms.every((t) => t(d));
      d.hidden = !yes;
      if (yes) n++;
    }
    for (const c of commands) c.hidden = !c.querySelector("details:not([hidden])");
    found.value = terms.length ? n + " of " + calls.length : "";
  }

  function go() {
    const d = document.getElementById(location.hash.slice(1));
    if (!d || d.tagName !== "DETAILS") return;
    if (d.hidden) { box.value = ""; apply(); }
    d.open = true;
    d.scrollIntoView({ block: "start" });
  }

  box.addEventListener("input", apply);
  document.getElementById("find").addEventListener("submit", (e) => e.preventDefault());
  all.addEventListener("click", () => {
    const open = all.textContent === "Open all";
    for (const d of calls) if (!d.hidden) d.open = open;
    all.textContent = open ? "Close all" : "Open all";
  });
  addEventListener("beforeprint", () => { for (const d of calls) if (!d.hidden) d.open = true; });
  addEventListener("hashchange", go);
  go();
})();
