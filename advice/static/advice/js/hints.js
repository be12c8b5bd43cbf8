// What would say who the writer is once it is public: shown below the text in a pause, and once before it is sent.
// It holds nothing back: the second click sends, and so does the first where the answer takes too long.

const PAUSE = 900; // ms without a key
const PATIENCE = 1500; // ms that sending waits at most
const HASTE = 400; // ms in which a click is still the one before

const items = (place) => [...place.querySelectorAll(".hints li")].map((item) => item.textContent);
const seen = new Set(items(document)); // on the page that checks they stand there already
const first = document.querySelector("form.respond");
if (first) watch(first);
document.addEventListener("respond:open", (event) => watch(event.target));

function watch(form) {
  const box = form.querySelector("[data-hints]");
  if (!box || !form.requestSubmit || !AbortSignal.timeout) return;
  const [list, anyway, said] = ["list", "anyway", "said"].map((part) => form.querySelector(`[data-hints-${part}]`));
  const fields = ["name", "body"].map((name) => form.elements[name]).filter(Boolean);
  const see = () => items(box).forEach((item) => seen.add(item));
  const unseen = () => items(box).filter((item) => !seen.has(item));
  const typed = () => new URLSearchParams(fields.map((field) => [field.name, field.value])).toString();
  let known, timer, isAsking; // `known`: the words that `list` is about
  let shownAt = -HASTE;
  form.addEventListener("input", (event) => {
    clearTimeout(timer);
    if (fields.includes(event.target)) timer = setTimeout(pause, PAUSE);
  });
  form.addEventListener("submit", beforeSending, true); // before the other scripts hear of it

  /** Changes nothing once the writer has left the fields, so that no button moves under a finger. */
  async function pause() {
    await look();
    if (!fields.includes(document.activeElement) || known !== typed()) return;
    box.hidden = !items(box).length;
    anyway.hidden = true;
    said.textContent = box.hidden ? "" : list.querySelector("h2").textContent;
  }

  /** Fills the list, shown or not; without an answer in time it stays as it is. */
  async function look() {
    const words = typed();
    if (words === known) return;
    try {
      const request = { method: "POST", body: new URLSearchParams(words), signal: AbortSignal.timeout(PATIENCE) };
      const response = await fetch(box.dataset.hints, request);
      list.innerHTML = response.ok ? await response.text() : "";
      known = words;
      box.hidden ||= !items(box).length;
    } catch {
      // None, then.
    }
  }

  async function beforeSending(event) {
    if (event.submitter?.name === "step") return; // the preview says it, too
    const { top, bottom } = box.getBoundingClientRect();
    if (!box.hidden && top >= 0 && bottom <= innerHeight) see();
    const isClickBefore = performance.now() - shownAt < HASTE;
    if (known === typed() && !unseen().length && !isAsking && !isClickBefore) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    if (isAsking || isClickBefore) return;
    isAsking = true;
    await look();
    isAsking = false;
    if (known !== typed()) list.replaceChildren(); // not to be had in time
    known = typed();
    if (unseen().length) show();
    else form.requestSubmit(event.submitter);
  }

  function show() {
    see();
    shownAt = performance.now();
    box.hidden = anyway.hidden = false;
    box.focus();
  }
}
