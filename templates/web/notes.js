/* Notes, citations, cross references and abbreviations open in place. Where they cannot, links are links. */
"use strict";

(() => {
  const frame = document.querySelector("template");
  if (!frame || !("popover" in HTMLElement.prototype)) return;

  /* Opened from a disk, a page may load a script but fetch nothing: that is how the previews come. */
  let asked;
  const previews = () => (asked ??= new Promise((done, failed) => {
    const script = document.createElement("script");
    script.src = frame.dataset.previews;
    script.onload = () => done(window.previews);
    script.onerror = failed;
    document.head.append(script);
  }));

  const content = async (link) => {
    if (link.matches(".note-call")) {
      const note = document.getElementById(decodeURIComponent(link.hash.slice(1))).querySelector(".note-text").cloneNode(true);
      for (const inner of note.querySelectorAll("[id]")) inner.removeAttribute("id");
      return note;
    }
    const made = document.createElement("div");
    if (link.matches(".abbreviation")) {
      made.textContent = link.parentNode.title;
      return made;
    }
    const preview = (await previews())[link.getAttribute("href")];
    if (!preview) throw new Error("no preview");
    made.innerHTML = preview;
    return made;
  };

  /* Below the link, or above where there is more room; on small screens the stylesheet puts it at the bottom. */
  const place = (popover, link) => {
    const box = link.getClientRects()[0];
    const width = document.documentElement.clientWidth;
    const left = Math.min(Math.max(box.left - 24, 12), width - popover.offsetWidth - 12);
    const fits = innerHeight - box.bottom > popover.offsetHeight + 12 || box.top < innerHeight / 2;
    const top = fits ? box.bottom + 8 : box.top - popover.offsetHeight - 8;
    popover.style.setProperty("--left", `${left + scrollX}px`);
    popover.style.setProperty("--top", `${top + scrollY}px`);
  };

  const open = async (link) => {
    let made;
    try {
      made = await content(link);
    } catch {
      location.href = link.href;
      return;
    }
    const popover = frame.content.firstElementChild.cloneNode(true);
    popover.setAttribute("aria-label", link.getAttribute("aria-label") ?? link.textContent);
    popover.querySelector(".preview-body").append(made);
    const go = popover.querySelector(".preview-go");
    if (link.href) go.href = link.getAttribute("href");
    else go.remove();
    popover.querySelector("button").addEventListener("click", () => popover.hidePopover());
    popover.addEventListener("toggle", ({ newState }) => {
      if (newState === "open") return;
      const focused = document.activeElement;
      if (!popover.left && (focused === document.body || popover.contains(focused))) link.focus({ preventScroll: true });
      popover.remove();
    });
    (link.closest(".preview") ?? document.body).append(popover);
    popover.link = link;
    popover.showPopover();
    place(popover, link);
    popover.focus({ preventScroll: true });
  };

  const opened = () => [...document.querySelectorAll(".preview:popover-open")];

  /* The reader follows a link: the focus goes there, not back. */
  const leave = () => {
    for (const popover of opened().reverse()) {
      popover.left = true;
      popover.hidePopover();
    }
  };

  /* A press on the link of an open popover closes it, and must not open it again. */
  let closing;
  addEventListener("pointerdown", () => {
    closing = opened().map((popover) => popover.link);
  }, true);

  addEventListener("click", (event) => {
    const link = event.target.closest?.(".note-call, .citation-link, a.xref, .abbreviation");
    if (!link && event.target.closest?.(".preview a")) leave();
    if (!link || event.button || event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    if (event.detail && closing?.includes(link)) return;
    open(link);
  });

  for (const abbreviation of document.querySelectorAll("article abbr[title]")) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "abbreviation";
    button.append(...abbreviation.childNodes);
    abbreviation.append(button);
  }
})();
