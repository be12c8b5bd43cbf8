// Says what has happened to the comment since the page was loaded, and that its moderator still has it open.

const EVERY = 15_000; // ms, while the page can be seen
const form = document.querySelector("#answer");
const news = form?.querySelector("[data-news]");

if (form) {
  setInterval(ask, EVERY);
  document.addEventListener("visibilitychange", ask);
}

async function ask() {
  if (document.visibilityState !== "visible") return;
  const data = new FormData();
  for (const name of ["csrfmiddlewaretoken", "seen", "after"]) data.set(name, form.elements[name].value);
  const answer = await fetch(form.dataset.stateAt, { method: "POST", body: data, redirect: "manual" }).catch(() => null);
  if (answer?.ok) show((await answer.json()).news);
}

/** Only what differs is said again. */
function show(told) {
  if (told.join("\n") === [...news.children].map((each) => each.textContent).join("\n")) return;
  news.replaceChildren(...told.map((text) => Object.assign(document.createElement("p"), { textContent: text })));
}
