/* Keeps the whole book, each file by the hash of its content: a new release fetches only what it changed.
   The list `files`, name -> SHA-256, stands before this. Pages get one release until they agree to the next. */
"use strict";

const { scope } = registration;
const key = (name) => `${scope}${name}?${files[name]}`;
const box = () => caches.open(scope);

/* Held against its hash, no file of another release gets in while a server is being changed. */
const keep = async (cache, name) => {
  const response = await fetch(scope + name, { cache: "reload", integrity: `sha256-${files[name]}` });
  if (!response.ok) throw new Error(`${response.status} ${name}`);
  await cache.put(key(name), new Response(response.body, { headers: response.headers }));
};

addEventListener("install", (event) => event.waitUntil((async () => {
  const cache = await box();
  const kept = new Set((await cache.keys()).map(({ url }) => url));
  await Promise.all(Object.keys(files).filter((name) => !kept.has(key(name))).map((name) => keep(cache, name)));
})()));

addEventListener("activate", (event) => event.waitUntil((async () => {
  const cache = await box();
  const wanted = new Set(Object.keys(files).map(key));
  const old = (await cache.keys()).filter(({ url }) => !wanted.has(url));
  await Promise.all(old.map((request) => cache.delete(request)));
})()));

addEventListener("message", ({ data }) => {
  if (data === "take over") skipWaiting();
});

addEventListener("fetch", (event) => {
  const { request } = event;
  const [address] = request.url.split(/[?#]/);
  if (request.method !== "GET" || !address.startsWith(scope)) return;
  const asked = address.slice(scope.length) || "index.html";
  /* Some hosts leave out the .html. */
  const name = [asked, `${asked}.html`].find((one) => Object.hasOwn(files, one));
  if (name) event.respondWith(box().then((cache) => cache.match(key(name))).then((kept) => kept ?? fetch(request)));
});
