/* Keeps the book for reading without a network, and says when a new release is there. Servers only, not disks. */
"use strict";

(async () => {
  const workers = navigator.serviceWorker;
  if (!location.protocol.startsWith("http") || !workers) return;

  /* Not in the pages themselves: on a disk it would be an error. */
  document.head.append(Object.assign(document.createElement("link"), { rel: "manifest", href: "manifest.webmanifest" }));

  /* One page, one release: when another takes over, every open page begins anew. */
  if (workers.controller) workers.addEventListener("controllerchange", () => location.reload());

  const registration = await workers.register("sw.js").catch(() => null);
  if (!registration) return;

  const button = (textContent, onclick) => Object.assign(document.createElement("button"), { textContent, onclick });
  const offer = () => {
    if (!workers.controller || !registration.waiting || sessionStorage.getItem("later")) return;
    const notice = document.querySelector(".new-release");
    const { ready, reload, close } = notice.dataset;
    const later = () => {
      sessionStorage.setItem("later", "yes");
      notice.replaceChildren();
    };
    notice.replaceChildren(
      ready, button(reload, () => registration.waiting.postMessage("take over")), button(close, later),
    );
  };
  const watch = () => registration.installing?.addEventListener("statechange", offer);

  offer();
  watch();
  registration.addEventListener("updatefound", watch);
})();
