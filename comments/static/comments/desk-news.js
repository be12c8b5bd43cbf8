// Says how many comments have come in, and moves nothing: the list stays as it is until somebody follows the link.

const EVERY = 30_000; // ms

const line = document.querySelector("[data-news]");
let asked = Date.now();

if (line) {
  setInterval(ask, line.dataset.every ?? EVERY);
  document.addEventListener("visibilitychange", () => Date.now() - asked > EVERY && ask());
}

async function ask() {
  if (document.hidden) return;
  asked = Date.now();
  try {
    const answer = await fetch(line.dataset.news, { headers: { Accept: "application/json" } });
    if (answer.ok && !answer.redirected) show((await answer.json()).new);
  } catch {
    // No connection: the next time will do.
  }
}

function show(count) {
  const words = count === 1 ? "1 new comment: show it" : `${count} new comments: show them`;
  if (count === 0 || line.textContent === words) return;
  const link = Object.assign(document.createElement("a"), { href: line.dataset.shows, textContent: words });
  line.replaceChildren(link);
}
