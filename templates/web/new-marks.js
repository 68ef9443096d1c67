/* Marks beside what is new since the release that the reader read last, or chooses. */
"use strict";

(() => {
  const choice = document.querySelector("select[name=since]");
  if (!choice) return;
  const { release, new: word } = choice.dataset;
  const releases = [...choice.options].map(({ value }) => value); // the newest first

  const mark = () => {
    const last = releases.indexOf(choice.value);
    for (const block of document.querySelectorAll("[data-changed]")) {
      const isNew = last > 0 && releases.indexOf(block.dataset.changed) <= last;
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
  reading.standard.since = release;
  const read = reading.kept("since");
  choice.value = releases.includes(read) ? read : release;
  reading.keep("since", choice.value);
  choice.addEventListener("change", mark);
  mark();
})();
