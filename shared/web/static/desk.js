// Keys of the triage desk: a single letter does what the visible control with the same `data-key` does.
// The next case is fetched while this one is read, so that it stands there as soon as this one is decided.
"use strict";
(() => {
  const here = () => location.pathname + location.search;
  let ready = null, busy = false, shown = here();
  const ticketOf = (page) => page.querySelector("h1 .ticket")?.textContent;
  const load = async (url, options) => {
    const answer = await fetch(url, { cache: "no-store", ...options });
    return { ok: answer.ok, url: answer.url, page: new DOMParser().parseFromString(await answer.text(), "text/html") };
  };
  const show = ({ page, url }, push) => {
    document.title = page.title;
    document.querySelector("main").replaceChildren(...page.querySelector("main").childNodes);
    if (push) history.pushState(null, "", url); else history.replaceState(null, "", url);
    shown = here();
  };
  const prepare = async () => {
    ready = null;
    const link = document.querySelector("a[rel=next][data-key]");
    if (!link) return;
    const from = location.href;
    try {
      const next = await load(link.href, { headers: { "X-Prefetch": "1" } });
      if (next.ok && ticketOf(next.page) && location.href === from) ready = next;
    } catch {
      // Without the next case at hand, the decision is sent as a plain form.
    }
  };
  const isTyping = () => document.activeElement?.matches("textarea, select, input");

  document.addEventListener("submit", async (event) => {
    const form = event.target;
    if (form.dataset.next === undefined) return;
    if (busy) { event.preventDefault(); return; }
    if (!ready) return;
    event.preventDefault();
    const next = ready, body = new URLSearchParams(new FormData(form)), action = form.action, mine = location.href;
    ready = null;
    busy = true;
    show(next, true);
    scrollTo(0, 0);
    document.querySelector("main").focus();
    try {
      const answer = await load(action, { method: "POST", body });
      // A refusal shows the decided case again, with what is wrong. Otherwise this is the next case, as it is now.
      if (!answer.ok) answer.url = mine;
      if (!answer.ok || ticketOf(answer.page) !== ticketOf(document) || !isTyping()) show(answer, false);
    } catch {
      location.assign(mine);
      return;
    } finally {
      busy = false;
    }
    prepare();
  });
  // A link within the page, such as the one past the menu, is no step back.
  addEventListener("popstate", () => { if (here() !== shown) location.reload(); });

  const press = (one) => {
    if (one.matches("input")) { one.focus(); one.select(); return; }
    if (!one.matches("summary")) { one.click(); return; }
    const part = one.parentElement;
    part.open = true;
    (part.querySelector("input:not([type=hidden]), select, textarea") || one).focus();
  };
  // In a list, a and m do what they do on the page of the marked case. The list is shown again, with the way back.
  const decide = async (rows, key) => {
    const at = rows.findIndex((row) => row.contains(document.activeElement));
    if (at < 0 || busy) return;
    const link = rows[at].querySelector("a");
    busy = true;
    try {
      const form = (await load(link.href)).page.querySelector(`form[data-next] [data-key~="${key}"]`)?.form;
      // What needs more than a key has its form on the page of the case.
      if (!form) { location.assign(link.href); return; }
      const body = new URLSearchParams(new FormData(form));
      // Without a place in the list the answer is the case itself, and no other case counts as read.
      for (const name of ["dari", "sesudah", "lanjut"]) body.delete(name);
      const answer = await load(form.action, { method: "POST", body });
      const told = answer.page.querySelector("[role=alert], [role=status]");
      show(await load(location.href), false);
      if (told) document.querySelector("main").prepend(told);
      const left = document.querySelectorAll("[data-row]");
      (left[Math.min(at, left.length - 1)]?.querySelector("a") || document.querySelector("main")).focus();
    } catch {
      location.assign(link.href);
    } finally {
      busy = false;
    }
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
    if (event.key.length !== 1) return;
    const rows = [...document.querySelectorAll("[data-row]")];
    if (rows.length && "jko".includes(event.key)) { event.preventDefault(); move(rows, event.key); return; }
    if (rows.length && "am".includes(event.key)) { event.preventDefault(); decide(rows, event.key); return; }
    const found = document.querySelector(`[data-key~="${CSS.escape(event.key)}"]`);
    if (found) { event.preventDefault(); press(found); }
  });
  prepare();
})();
