// Shows what has changed on a tracking page without a reload. Without this script, a reload shows the same.
(() => {
  const shown = document.querySelector("[data-live]");
  if (!shown || !window.EventSource) return;
  let mark = shown.dataset.mark, stream = null, again = 0, late = false;
  const isBusy = (part) => part.contains(document.activeElement) || [...part.querySelectorAll("textarea")].some((one) => one.value.trim());

  const replace = (page) => {
    for (const old of document.querySelectorAll("[data-part]")) {
      const fresh = page.querySelector(`[data-part="${old.dataset.part}"]`);
      if (!fresh) { old.replaceChildren(); continue; }
      if (fresh.dataset.key !== undefined && fresh.dataset.key === old.dataset.key) continue;
      // What somebody is writing stays. An act that no longer fits is refused in words, and its text is kept.
      if (isBusy(old)) { late = true; continue; }
      old.className = fresh.className;
      if (fresh.dataset.key !== undefined) old.dataset.key = fresh.dataset.key;
      // A part with the role "status" stays in the page, so that its new words are read out.
      old.replaceChildren(...fresh.childNodes);
    }
    mark = page.querySelector("[data-live]").dataset.mark;
  };

  const refresh = async () => {
    clearTimeout(again);
    try {
      const answer = await fetch(location.href, { cache: "no-store" });
      if (!answer.ok) throw new Error(answer.status);
      replace(new DOMParser().parseFromString(await answer.text(), "text/html"));
    } catch {
      again = setTimeout(refresh, 10000);
    }
  };

  const close = () => { if (stream) stream.close(); stream = null; };
  const open = () => {
    if (stream || document.hidden) return;
    stream = new EventSource(`${shown.dataset.live}?mark=${mark}`);
    stream.addEventListener("kabar", refresh);
    // The browser comes back by itself after a break, but not after a refusal.
    stream.onerror = () => { if (stream && stream.readyState === EventSource.CLOSED) { close(); setTimeout(open, 60000); } };
  };
  document.addEventListener("focusout", () => { if (late) { late = false; setTimeout(refresh, 300); } });
  document.addEventListener("visibilitychange", () => (document.hidden ? close() : open()));
  addEventListener("pagehide", close);
  addEventListener("pageshow", open);
  open();
})();
