/* What makes reading easier: settings, keys, progress, contents that follow, notes in the margin, links to copy. */
"use strict";

(() => {
  const all = (selector, from = document) => [...from.querySelectorAll(selector)];
  const one = (selector, from = document) => from.querySelector(selector);
  const words = one("[data-copy-link]")?.dataset;

  /* Settings */

  const controls = one(".reading-controls");
  if (controls && "popover" in controls) {
    controls.hidden = false;
    const show = () => {
      for (const input of all("input", controls)) input.checked = input.value === reading.kept(input.name);
    };
    show();
    controls.addEventListener("change", ({ target }) => reading.keep(target.name, target.value));
    addEventListener("storage", () => {
      for (const name of Object.keys(reading.standard)) reading.apply(name, reading.kept(name));
      show();
    });
  }

  /* Previous and next */

  addEventListener("keydown", (event) => {
    const relation = { ArrowLeft: "prev", ArrowRight: "next" }[event.key];
    const busy = event.defaultPrevented || event.altKey || event.ctrlKey || event.metaKey || event.shiftKey;
    if (!relation || busy || one(":popover-open")) return;
    if (event.target.closest?.("input, select, textarea, pre, table, summary, [contenteditable]")) return;
    one(`a[rel=${relation}]`)?.click();
  });

  /* Search, by a key that those who speak to their machines can switch off */

  addEventListener("keydown", (event) => {
    const busy = event.defaultPrevented || event.altKey || event.ctrlKey || event.metaKey;
    if (event.key !== "/" || busy || reading.kept("keys") === "off") return;
    if (event.target.closest?.("input:not([type=radio]), select, textarea, [contenteditable]")) return;
    event.preventDefault();
    const field = one("#search-field");
    if (field) field.select();
    else one('.site-menu a[href^="search"]').click();
  });

  /* Progress, and the section being read */

  const bar = document.createElement("div");
  bar.className = "progress";
  bar.setAttribute("aria-hidden", "true");
  const entries = all(".local-contents a").map((link) => [link, document.getElementById(decodeURIComponent(link.hash.slice(1)))]);
  const text = one(".chapter-page .text");

  const follow = () => {
    const { top, bottom } = text.getBoundingClientRect();
    const share = -top / Math.max(bottom - top - innerHeight, 1);
    bar.style.transform = `scaleX(${Math.min(Math.max(share, 0), 1)})`;
    const line = innerHeight / 3;
    const [current] = entries.findLast(([, section]) => section.getBoundingClientRect().top < line) ?? [];
    for (const [link] of entries) {
      if (link === current) link.setAttribute("aria-current", "location");
      else link.removeAttribute("aria-current");
    }
  };

  /* Notes in the margin: each beside its call, or below the one before. The stylesheet decides whether they are. */

  const notes = one(".notes");
  const place = () => {
    if (!notes) return;
    notes.dataset.placed = "";
    const start = notes.getBoundingClientRect().top;
    let free = 0;
    const places = all(".note", notes).map((note) => {
      const call = document.getElementById(`${note.id}-call`);
      const top = Math.max((call?.getBoundingClientRect().top ?? start) - start, free);
      free = top + note.offsetHeight + 14;
      return [note, top];
    });
    for (const [note, top] of places) note.style.setProperty("--top", `${top}px`);
    notes.style.setProperty("--bottom", `${free}px`);
  };

  if (text) {
    document.body.append(bar);
    let waiting = false;
    addEventListener("scroll", () => {
      if (waiting) return;
      waiting = true;
      requestAnimationFrame(() => {
        waiting = false;
        follow();
      });
    }, { passive: true });
    new ResizeObserver(() => {
      place();
      follow();
    }).observe(text);
  }

  /* Links to copy */

  const copy = async (button, value) => {
    try {
      await navigator.clipboard.writeText(value);
    } catch {
      return;
    }
    const status = one(".copied");
    status.textContent = words.copied;
    button.dataset.done = "";
    setTimeout(() => {
      status.textContent = "";
      delete button.dataset.done;
    }, 2000);
  };

  if (text && words) {
    const link = document.createElement("a");
    link.className = "block-link";
    link.textContent = "#";
    link.setAttribute("aria-label", words.copyLink);
    link.title = words.copyLink;
    const offer = ({ target }) => {
      const block = target.closest?.("p[id], li[id], dd[id], section[id] > :is(h2, h3, h4)");
      if (!block || !text.contains(block) || block === link.parentNode) return;
      link.href = `#${block.id || block.parentNode.id}`;
      block.append(link);
    };
    /* For those who do not point: the place that was at the top before they went to the controls. */
    const button = one(".copy-place");
    const blocks = all("p[id], li[id], dd[id], section[id]", text);
    let here = blocks[0];
    addEventListener("scroll", () => {
      if (controls.contains(document.activeElement)) return;
      here = blocks.find((block) => block.getBoundingClientRect().top >= 0) ?? here;
    }, { passive: true });
    button.hidden = !here;
    button.addEventListener("click", () => copy(button, `${location.href.split("#")[0]}#${here.id}`));
    text.addEventListener("pointerover", offer);
    text.addEventListener("click", offer);
    link.addEventListener("click", () => copy(link, link.href));
  }

  for (const block of all(".cite pre, .cite blockquote")) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "copy";
    button.textContent = words.copy;
    button.addEventListener("click", () => copy(button, block.textContent.trim()));
    block.before(button);
  }
})();
