// A button that copies an element's text, where the browser lets pages do that. The words come with the page.

const DONE = 4000; // ms for which the button says that it did

if (navigator.clipboard) document.querySelectorAll("[data-copies]").forEach(offer);

function offer(place) {
  const button = document.createElement("button");
  Object.assign(button, { type: "button", className: "button button--quiet", textContent: place.dataset.wordCopy });
  const said = document.createElement("span");
  said.setAttribute("role", "status");
  button.addEventListener("click", async () => {
    said.textContent = await copy(document.getElementById(place.dataset.copies).textContent, place.dataset);
    setTimeout(() => (said.textContent = ""), DONE);
  });
  place.append(button, said);
}

async function copy(text, words) {
  try {
    await navigator.clipboard.writeText(text);
    return words.wordCopied;
  } catch {
    return words.wordFailed;
  }
}
