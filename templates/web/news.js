/* Marks beside what is new since the release that the reader read last, or chooses. */
"use strict";

(() => {
  const choice = document.querySelector("select[name=news]");
  if (!choice) return;
  const { release, new: word } = choice.dataset;
  const releases = [...choice.options].map(({ value }) => value); // the newest first

  const mark = () => {
    const since = releases.indexOf(choice.value);
    for (const block of document.querySelectorAll("[data-changed]")) {
      const isNew = since > 0 && releases.indexOf(block.dataset.changed) <= since;
      if (isNew === block.classList.contains("is-new")) continue;
      block.classList.toggle("is-new", isNew);
      if (isNew) {
        const said = document.createElement("span");
        said.className = "for-ears";
        said.textContent = `${word} `;
        block.prepend(said);
      } else {
        block.querySelector(":scope > .for-ears").remove();
      }
    }
  };

  /* Who comes for the first time has read nothing before; who read an earlier release sees what is new since. */
  reading.standard.news = release;
  const read = reading.kept("news");
  choice.value = releases.includes(read) ? read : release;
  reading.keep("news", choice.value);
  choice.addEventListener("change", mark);
  mark();
})();
