/* The reader's choices, kept between pages. Not deferred: it must be done before the first paint. */
"use strict";

const reading = {
  standard: { theme: "auto", size: "100", keys: "on" },

  /* Storage may be forbidden, on pages from a disk too: the choice then lasts as long as the page. */
  kept(name) {
    try {
      return localStorage.getItem(`reading-${name}`) ?? this.standard[name];
    } catch {
      return this.standard[name];
    }
  },

  keep(name, value) {
    try {
      localStorage.setItem(`reading-${name}`, value);
    } catch {}
    this.apply(name, value);
  },

  apply(name, value) {
    document.documentElement.dataset[name] = value;
    if (name !== "theme") return;
    const media = { dark: "screen", light: "not all" }[value] ?? "screen and (prefers-color-scheme: dark)";
    for (const dark of document.querySelectorAll("[data-dark]")) dark.media = media;
  },
};

for (const name of Object.keys(reading.standard)) reading.apply(name, reading.kept(name));
