/* Keeps the book for reading without a network, and says when a new release is there. Servers only, not disks. */
"use strict";

(() => {
  const workers = navigator.serviceWorker;
  if (!location.protocol.startsWith("http") || !workers) return;

  /* One page, one release: when another takes over, every open page begins anew. */
  if (workers.controller) workers.addEventListener("controllerchange", () => location.reload());

  const element = (name, properties) => Object.assign(document.createElement(name), properties);

  /* The page itself comes first, and then the rest of the book. */
  addEventListener("load", async () => {
    /* Not in the pages themselves: on a disk it would be an error. */
    document.head.append(element("link", { rel: "manifest", href: "manifest.webmanifest" }));
    const registration = await workers.register("sw.js").catch(() => null);
    if (!registration) return;

    const offer = () => {
      if (!workers.controller || !registration.waiting || sessionStorage.getItem("later")) return;
      const notice = document.querySelector(".new-release");
      const { ready, reload, close } = notice.dataset;
      const now = () => registration.waiting.postMessage("take over");
      const later = () => {
        sessionStorage.setItem("later", "yes");
        notice.replaceChildren();
      };
      const buttons = [[reload, now], [close, later]];
      notice.replaceChildren(ready, ...buttons.map(([textContent, onclick]) => element("button", { textContent, onclick })));
    };
    const watch = () => registration.installing?.addEventListener("statechange", offer);

    offer();
    watch();
    registration.addEventListener("updatefound", watch);
    /* The browser looks by itself, but may skip a look when pages follow each other quickly. */
    registration.update().catch(() => {});
  });
})();
