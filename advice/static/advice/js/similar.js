// "Somebody asked this": answered questions close to the one being written. Never takes the focus, and changes nothing
// once the writer has left the field, so that no button moves under a finger.

const LEAST = 40; // characters
const MOST = 2000;
const PAUSE = 700; // ms without a key

const first = document.querySelector("form.respond");
if (first) suggest(first);

function suggest(form) {
  const area = form.elements.body;
  const box = form.querySelector("[data-similar]");
  if (!box) return;
  let timer;
  let asked = "";
  let request;
  area.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(look, PAUSE);
  });

  async function look() {
    const text = area.value.trim().slice(0, MOST);
    if (text === asked) return;
    asked = text;
    request?.abort();
    request = new AbortController();
    try {
      show(text.length < LEAST ? "" : await find(box.dataset.similar, text, request.signal));
    } catch {
      // No suggestions, then.
    }
  }

  function show(html) {
    if (document.activeElement !== area) return;
    box.innerHTML = html;
    const title = box.querySelector(".similar__title")?.textContent ?? "";
    box.hidden = !title;
    form.querySelector("[data-similar-said]").textContent = title;
  }
}

async function find(address, text, signal) {
  const response = await fetch(address, { method: "POST", body: new URLSearchParams({ body: text }), signal });
  return response.ok ? response.text() : "";
}
