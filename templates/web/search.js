/* Search: Pagefind finds, this shows, section by section. Pages from a disk can load neither: there it says so. */
"use strict";

(() => {
  const one = (name) => document.querySelector(`.search-${name}`);
  const [form, status, list, instead] = ["form", "status", "results", "instead"].map(one);
  const { q: field, in: place } = form.elements;
  const words = form.dataset;

  const show = (searching, excuse) => {
    form.hidden = !searching;
    instead.hidden = searching;
    one("why").textContent = excuse;
  };
  if (!location.protocol.startsWith("http")) return show(false, words.disk);

  const load = async () => {
    const pagefind = await import("./pagefind/pagefind.js");
    await pagefind.options({ noWorker: true });
    return pagefind;
  };

  const make = (name, ...inside) => {
    const made = document.createElement(name);
    made.append(...inside);
    return made;
  };

  const link = (href, text) => Object.assign(make("a", text), { href });

  /* An excerpt is text of the book, escaped by Pagefind, with the words found in <mark>. */
  const item = ({ raw_url: url, meta, sub_results: found }) => {
    const page = url.slice(1);
    const sections = found.map(({ anchor, title, excerpt }) => {
      const said = Object.assign(make("p"), { innerHTML: excerpt });
      return make("li", anchor ? link(`${page}#${anchor.id}`, title) : "", said);
    });
    const made = make("li", make("h2", link(page, meta.title)), make("ul", ...sections.splice(0, 3)));
    if (sections.length) {
      const summary = make("summary", words.more.replace("{count}", sections.length));
      made.append(Object.assign(make("details", summary, make("ul", ...sections)), { open: place.value }));
    }
    return made;
  };

  let pagefind, latest, waiting;
  const search = async () => {
    clearTimeout(waiting);
    const query = field.value.trim();
    const own = latest = {};
    let pages;
    try {
      const { results } = await (await (pagefind ??= load())).search(query);
      pages = await Promise.all(results.map((result) => result.data()));
    } catch {
      return show(false, words.failed);
    }
    if (own !== latest) return;
    if (place.value) pages = pages.filter(({ raw_url: url }) => url === `/${place.value}`);
    if (list.contains(document.activeElement)) field.focus();
    list.replaceChildren(...pages.map(item));
    const count = pages.flatMap((page) => page.sub_results).length;
    const said = query && ([words.none, words.one][count] ?? words.many);
    status.textContent = said.replace("{count}", count).replace("{words}", () => query);
    instead.hidden = !query || count > 0;
  };

  /* The address says what is searched for: it can be linked, and Back leads through the searches. */
  const read = () => {
    const asked = new URLSearchParams(location.search);
    field.value = asked.get("q");
    place.value = asked.get("in") ?? "";
    search();
  };
  const keep = () => {
    const address = `?${new URLSearchParams([...new FormData(form)].filter(([, value]) => value))}`;
    if (address !== location.search) history.pushState(null, "", address);
  };

  form.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(search, 120);
  });
  form.addEventListener("change", keep);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    keep();
    search();
  });
  addEventListener("popstate", read);

  addEventListener("keydown", (event) => {
    const stops = [field, ...list.querySelectorAll("a, summary")].filter((stop) => stop.checkVisibility());
    const at = stops.indexOf(document.activeElement);
    const next = at < 0 ? null : stops[at + { ArrowDown: 1, ArrowUp: -1 }[event.key]];
    if (!next) return;
    event.preventDefault();
    next.focus();
  });

  show(true, "");
  read();
  if (!field.value) field.focus();
})();
