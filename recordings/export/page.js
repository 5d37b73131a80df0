"use strict";
(() => {
  const blocks = [...document.querySelectorAll(".block")];
  const commands = [...document.querySelectorAll(".command")];
  const box = document.getElementById("filter"), found = document.getElementById("found"), all = document.getElementById("all");
  document.getElementById("find").hidden = false;

  // Where scripts run, what is in a noscript is text: a block of calls becomes
  // elements when it comes into view, so that a page of many calls opens at once.
  function fill(block) {
    const text = block.querySelector("noscript");
    if (!text) return;
    block.innerHTML = text.textContent;
    block.style.minHeight = "";
  }
  const seen = new IntersectionObserver((list) => {
    for (const e of list) if (e.isIntersecting) { fill(e.target); seen.unobserve(e.target); }
  }, { rootMargin: "1000px" });
  for (const b of blocks) {
    if (blocks.length <= 20) { fill(b); continue; }
    b.style.minHeight = 2.1 * b.dataset.calls + "rem"; // about what its calls will take
    seen.observe(b);
  }
  function calls() {
    blocks.forEach(fill);
    return [...document.querySelectorAll("#calls details")];
  }

  const glob = (g) => new RegExp("^" + g.replace(/[.+^${}()|[\]\\]/g, "\\$&").replace(/\*/g, ".*").replace(/\?/g, ".") + "$", "i");
  const text = (d) => d.seen ??= (d.querySelector("summary").textContent + " " + d.dataset.target).toLowerCase();
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

  let filtered = false;
  function apply() {
    const terms = parse(box.value);
    if (typeof terms === "string") { found.value = terms + " is not known here"; return; }
    if (!terms.length && !filtered) return;
    filtered = true;
    const list = calls();
    let n = 0;
    for (const d of list) {
      const yes = terms.every((t) => t(d));
      d.hidden = !yes;
      if (yes) n++;
    }
    for (const c of commands) c.hidden = !c.querySelector("details:not([hidden])");
    found.value = terms.length ? n + " of " + list.length : "";
  }

  function go() {
    const id = location.hash.slice(1);
    if (!/^e\d+$/.test(id)) return;
    const block = blocks.find((b) => b.querySelector("noscript")?.textContent.includes(` id="${id}"`));
    if (block) fill(block);
    const d = document.getElementById(id);
    if (!d || d.tagName !== "DETAILS") return;
    if (d.hidden) { box.value = ""; apply(); }
    d.open = true;
    d.scrollIntoView({ block: "start" });
  }

  box.addEventListener("input", apply);
  document.getElementById("find").addEventListener("submit", (e) => e.preventDefault());
  all.addEventListener("click", () => {
    const open = all.textContent === "Open all";
    for (const d of calls()) if (!d.hidden) d.open = open;
    all.textContent = open ? "Close all" : "Open all";
  });
  addEventListener("beforeprint", () => { for (const d of calls()) if (!d.hidden) d.open = true; });
  addEventListener("hashchange", go);
  go();
})();
