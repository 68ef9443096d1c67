// Listens for finished builds: reloads the page, and shows what is wrong with the book.
const events = new EventSource("/press-preview-events");
events.onmessage = (event) => {
  const { reload, problems } = JSON.parse(event.data);
  if (reload && !problems.some((problem) => problem.severity === "error")) {
    location.reload();
    return;
  }
  document.getElementById("press-problems")?.remove();
  if (!problems.length) return;
  const panel = document.createElement("section");
  panel.id = "press-problems";
  panel.setAttribute("role", "status");
  panel.style.cssText =
    "position:fixed;inset:auto 0 0 0;max-height:40vh;overflow:auto;padding:1rem;font:14px/1.5 monospace;" +
    "background:#1c1b19;color:#fffdf8;z-index:99;white-space:pre-wrap";
  panel.textContent = problems
    .map((problem) => `${problem.path}:${problem.line}:${problem.column}: ${problem.severity}: ${problem.message}` +
      (problem.hint ? `\n    hint: ${problem.hint}` : ""))
    .join("\n");
  document.body.append(panel);
};
