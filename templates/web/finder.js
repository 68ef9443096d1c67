/* Finds what the symptom index says of a complaint: first the signs that need an ambulance or a doctor, then the spots. */
"use strict";

(() => {
  const labels = document.currentScript.dataset;
  const index = document.querySelector(".symptoms-parts");
  if (!index || !window.finder) return;
  const { signs, urgencies, warnings, skipped, same, endings } = window.finder;

  const make = (tag, properties, ...children) => {
    const element = Object.assign(document.createElement(tag), properties);
    element.append(...children);
    return element;
  };

  /* Words: without accents, apostrophes and endings; those that mean the same are one. */

  const fold = (text) => text.normalize("NFD").replace(/\p{M}|['’]/gu, "").toLowerCase();
  const stem = (word) => {
    const ending = endings.find((end) => word.endsWith(end) && word.length - end.length > 2);
    return ending ? word.slice(0, -ending.length) : word;
  };
  const unsaid = new Set(skipped.map(fold));
  const meanings = new Map(same.flatMap((group) => group.map((word) => [stem(fold(word)), stem(fold(group[0]))])));
  const common = same.slice(0, 2).map(([word]) => stem(fold(word))); // pain, and no: they tell nothing alone
  const known = new Map(); // stem -> its meaning, of all words in the index and the table of signs
  const split = (text) => (fold(text).match(/[\p{L}\p{N}]+/gu) ?? []).filter((word) => !unsaid.has(word)).map(stem);
  const learn = (text) => {
    const words = split(text);
    for (const word of words) known.set(word, meanings.get(word) ?? word);
    return new Set(words.map((word) => known.get(word)));
  };

  const complaints = [...index.querySelectorAll(".symptoms-part")].flatMap((part) => {
    const place = learn(part.querySelector("h2").textContent);
    return [...part.querySelectorAll(".symptom")].map((box) => {
      const name = box.querySelector(".symptom-name").textContent;
      const also = [...box.querySelectorAll(".symptom-also > span")].map((other) => other.textContent);
      const phrases = [name, ...also].map(learn);
      return {
        box, name, place, phrases,
        words: new Set(phrases.flatMap((phrase) => [...phrase])),
        signs: window.finder.complaints[box.id],
        isRisky: Boolean(box.querySelector(".symptom-spot").querySelector(".symptom-risky")),
      };
    });
  });
  const dangers = Object.entries(signs).map(([key, { short, typed }]) => {
    const phrases = typed.map(learn);
    return { key, phrases, words: new Set([...learn(short), ...phrases.flatMap((phrase) => [...phrase])]) };
  });
  for (const [word, meaning] of meanings) if (!known.has(word)) known.set(word, meaning);

  /* The least number of letters to add, drop, change or swap that makes one word of the other. */
  const distance = (one, other) => {
    const rows = [];
    for (let i = 0; i <= one.length; i++) {
      rows.push([i]);
      for (let j = 1; j <= other.length; j++) {
        if (!i) { rows[0].push(j); continue; }
        const cost = one[i - 1] === other[j - 1] ? 0 : 1;
        let least = Math.min(rows[i - 1][j] + 1, rows[i][j - 1] + 1, rows[i - 1][j - 1] + cost);
        if (i > 1 && j > 1 && one[i - 1] === other[j - 2] && one[i - 2] === other[j - 1])
          least = Math.min(least, rows[i - 2][j - 2] + 1);
        rows[i].push(least);
      }
    }
    return rows[one.length][other.length];
  };

  /* What a typed word may mean: the word itself, else those it begins, else the nearest in spelling. */
  const meant = (word) => {
    if (known.has(word)) return new Set([known.get(word)]);
    if (word.length < 3) return new Set();
    const begun = [...known].filter(([other]) => other.startsWith(word));
    if (begun.length) return new Set(begun.map(([, meaning]) => meaning));
    let best = word.length < 7 ? 1 : 2, nearest = [];
    for (const [other, meaning] of known) {
      if (other.length < 3 || Math.abs(other.length - word.length) > best) continue;
      const far = distance(word, other);
      if (far < best) nearest = [];
      if (far <= best) { nearest.push(meaning); best = far; }
    }
    return new Set(nearest);
  };
  const find = (text) => {
    const wanted = split(text).map(meant);
    const all = new Set(wanted.flatMap((meanings) => [...meanings]));
    const has = (words) => (meanings) => [...meanings].some((meaning) => words.has(meaning));
    const isIn = (words) => wanted.length > 0 && wanted.every(has(words));
    const isSaid = (phrase) => phrase.size > 0 && [...phrase].every((meaning) => all.has(meaning));
    const fits = (test) => complaints.filter(test);
    const telling = wanted.filter((meanings) => !common.some((meaning) => meanings.has(meaning)));
    const score = ({ words }) => telling.filter(has(words)).length;

    let direct = dangers.filter(({ phrases }) => phrases.some(isSaid));
    let found = fits(({ phrases, place }) => [...phrases, place].some((phrase) => isIn(phrase) && isSaid(phrase)));
    if (!found.length) found = fits(({ words }) => isIn(words));
    if (!found.length) found = fits(({ place }) => isIn(place));
    if (!found.length && !direct.length) { // a spot for half of it is no answer to a danger
      const best = Math.max(1, ...complaints.map(score));
      found = fits((complaint) => score(complaint) === best);
    }
    found.sort((one, other) => one.isRisky - other.isRisky);
    if (!direct.length && !found.length) direct = dangers.filter(({ words }) => isIn(words));
    return { found, keys: new Set([...direct.map(({ key }) => key), ...found.flatMap(({ signs }) => signs)]) };
  };

  /* What is shown */

  const safety = document.querySelector(".symptoms-safety");
  const emergencies = (keys) => Object.entries(urgencies).flatMap(([urgency, [kind, label]]) => {
    const items = [...keys].filter((key) => signs[key].urgency === urgency).map((key) => {
      const href = signs[key].href || safety?.querySelector("a").getAttribute("href");
      return make("li", {}, href ? make("a", { href, textContent: signs[key].short }) : signs[key].short);
    });
    if (!items.length) return [];
    const title = make("p", { className: "block-label" }, make("strong", { textContent: label }));
    const box = make("div", { className: kind }, title, make("ul", {}, ...items));
    box.setAttribute("role", "note");
    box.dataset.when = urgency;
    return [box];
  });

  const warned = (spot) => {
    const link = spot.querySelector("a");
    const boxes = (warnings[link.getAttribute("href")] ?? []).map(([kind, when, label, markup]) => {
      const text = make("div", {});
      text.innerHTML = markup; // the book's own words, made with this page
      const box = make("div", { className: kind }, make("p", { className: "block-label", textContent: label }), text);
      if (when) box.dataset.when = when;
      return box;
    });
    return make("details", { className: "finder-warnings" },
      make("summary", { textContent: `${labels.before} ${link.textContent}` }), ...boxes);
  };

  const shown = ({ box }) => {
    const copy = box.cloneNode(true);
    copy.removeAttribute("id");
    for (const line of copy.querySelectorAll(".symptom-signs")) line.remove();
    for (const spot of copy.querySelectorAll(".symptom-spot")) spot.append(warned(spot));
    return copy;
  };

  const names = make("datalist", { id: "complaints" },
    ...complaints.map(({ name }) => make("option", { value: name })));
  const field = make("input", { type: "search", id: "complaint", autocomplete: "off" });
  field.setAttribute("list", names.id);
  const status = make("p", { className: "finder-status", role: "status" });
  const note = make("p", { className: "finder-note", id: "finder-note", textContent: labels.note });
  field.setAttribute("aria-describedby", note.id);
  const results = make("div", { className: "finder-results" });
  index.before(make("search", { className: "finder" },
    make("label", { htmlFor: field.id, textContent: labels.title }), field, names, note, status), results);

  const show = () => {
    const isAsked = field.value.trim() !== "";
    index.hidden = isAsked;
    results.replaceChildren();
    status.textContent = "";
    if (!isAsked) return;
    const { found, keys } = find(field.value);
    const told = keys.size ? [labels.signs.replace("{count}", keys.size)] : [];
    told.push(found.length ? labels.found.replace("{count}", found.length) : keys.size ? labels.noSpot : labels.none);
    status.textContent = told.join(" ");
    if (!found.length && safety) results.append(safety.cloneNode(true));
    results.prepend(...emergencies(keys));
    if (found.length) results.append(...found.map(shown));
  };

  let waiting;
  field.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(show, 120);
  });
})();
