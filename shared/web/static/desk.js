// Keys of the triage desk: a single letter does what the visible control with the same `data-key` does.
"use strict";
(() => {
  const press = (one) => {
    if (one.matches("input")) { one.focus(); one.select(); return; }
    if (!one.matches("summary")) { one.click(); return; }
    const part = one.parentElement;
    part.open = true;
    (part.querySelector("input:not([type=hidden]), select, textarea") || one).focus();
  };
  // In a list, j and k go from row to row, and o opens the row.
  const move = (rows, key) => {
    const at = rows.findIndex((row) => row.contains(document.activeElement));
    if (key === "o") { if (at >= 0) rows[at].querySelector("a").click(); return; }
    const to = key === "j" ? Math.min(at + 1, rows.length - 1) : Math.max(at - 1, 0);
    rows[to].querySelector("a").focus();
  };
  document.addEventListener("keydown", (event) => {
    // A shortcut of the browser, and a letter that somebody types, stay what they are.
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || event.repeat) return;
    if (event.target.closest("textarea, select, input:not([type=checkbox])")) {
      if (event.key === "Escape") event.target.blur();
      return;
    }
    const rows = [...document.querySelectorAll("[data-row]")];
    if (rows.length && "jko".includes(event.key)) { event.preventDefault(); move(rows, event.key); return; }
    if (event.key.length !== 1) return;
    const found = document.querySelector(`[data-key~="${CSS.escape(event.key)}"]`);
    if (found) { event.preventDefault(); press(found); }
  });
})();
