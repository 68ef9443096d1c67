/* Finds spots by a complaint, and shows their warnings before the reader goes there. */
"use strict";

(() => {
  const words = document.currentScript.dataset;
  const list = document.querySelector(".symptoms");
  if (!list) return;

  const make = (tag, properties, ...children) => {
    const element = Object.assign(document.createElement(tag), properties);
    element.append(...children);
    return element;
  };
  const fold = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();

  const entries = [];
  for (const child of list.children) {
    if (child.tagName === "DT") entries.push({ term: child, folded: fold(child.textContent), spots: [] });
    else entries.at(-1).spots.push(child);
  }

  const names = make("datalist", { id: "complaints" },
    ...entries.map(({ term }) => make("option", { value: term.textContent.trim() })));
  const field = make("input", { type: "search", id: "complaint", autocomplete: "off" });
  field.setAttribute("list", names.id);
  const status = make("p", { className: "finder-status", role: "status" });
  const note = make("p", { className: "finder-note", id: "finder-note", textContent: words.note });
  field.setAttribute("aria-describedby", note.id);
  list.before(make("search", { className: "finder" },
    make("label", { htmlFor: field.id, textContent: words.title }), field, names, note, status));

  const warnings = (spot) => {
    const link = spot.querySelector("a");
    const boxes = (window.warnings?.[link.getAttribute("href")] ?? []).map(([kind, label, markup]) => {
      const text = make("div", {});
      text.innerHTML = markup; // the book's own words, made with this page
      return make("div", { className: kind }, make("p", { className: "block-label", textContent: label }), text);
    });
    return make("details", { className: "finder-warnings", open: true },
      make("summary", { textContent: `${words.before} ${link.textContent}` }), ...boxes);
  };

  const find = () => {
    const wanted = fold(field.value).split(/\s+/).filter(Boolean);
    let count = 0;
    for (const shown of list.querySelectorAll(".finder-warnings")) shown.remove();
    for (const { term, folded, spots } of entries) {
      const fits = wanted.every((word) => folded.includes(word));
      for (const element of [term, ...spots]) element.hidden = !fits;
      count += fits;
    }
    const found = entries.filter(({ term }) => wanted.length && !term.hidden);
    for (const spot of new Map(found.flatMap(({ spots }) => spots).map((spot) => [spot.textContent, spot])).values())
      spot.append(warnings(spot));
    status.textContent = !wanted.length ? "" : count ? words.found.replace("{count}", count) : words.none;
  };

  let waiting;
  field.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(find, 120);
  });
})();
