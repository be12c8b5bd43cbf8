// Puts links, saved replies and quotations in at the cursor, and shows the preview, without loading the page again.

const form = document.querySelector("#answer");
const box = form?.elements.body;
const say = (text) => (form.querySelector("[data-said]").textContent = text);

if (form) {
  document.addEventListener("click", (event) => {
    const button = event.target.closest("button");
    const act = button?.form === form && { insert, preview }[button.name];
    if (!act) return;
    event.preventDefault();
    act(button);
  });
  form.elements.thread.addEventListener("keydown", (event) => onEnter(event, event.key === "Enter", "elsewhere"));
  form.elements.note?.addEventListener("keydown", (event) => {
    onEnter(event, event.key === "Enter" && (event.ctrlKey || event.metaKey), "add_note");
  });
}

/** Enter is for the field's own button, not for the form's first one, nor for “Answer”. */
function onEnter(event, isEnter, name) {
  if (!isEnter || event.isComposing) return;
  event.preventDefault();
  event.stopPropagation();
  form.elements[name].click();
}

async function insert(button) {
  const data = new FormData();
  for (const name of ["csrfmiddlewaretoken", "article"]) data.set(name, form.elements[name].value);
  data.set("insert", button.value);
  const answer = await send(form.dataset.insertAt, data);
  if (!answer) return;
  const { text, used, said } = await answer.json();
  if (text) write(text, button.value === "article");
  if (used) form.append(Object.assign(document.createElement("input"), { type: "hidden", name: "used", value: used }));
  if (text && button.value === "article") form.elements.article.value = "";
  say(said);
}

/** At the cursor, so that the browser can undo it; a block stands apart from the text around it. */
function write(text, isInline) {
  const [before, after] = [box.value.slice(0, box.selectionStart), box.value.slice(box.selectionEnd)];
  const start = isInline || !before.trim() ? "" : "\n\n".slice(/\n{0,2}$/.exec(before)[0].length);
  const end = isInline || !after.trim() ? "" : "\n\n".slice(/^\n{0,2}/.exec(after)[0].length);
  box.focus();
  if (document.execCommand("insertText", false, `${start}${text}${end}`)) return;
  box.setRangeText(`${start}${text}${end}`, box.selectionStart, box.selectionEnd, "end");
  box.dispatchEvent(new Event("input", { bubbles: true }));
}

async function preview(button) {
  const data = new FormData(form, button);
  const answer = await send(form.action, data);
  if (!answer) return;
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  form.querySelector("[data-preview]").replaceChildren(...page.querySelector("[data-preview]").childNodes);
  say(page.querySelector("#body-errors")?.textContent.trim() ?? "");
}

/** The answer, or null where it is said that there is none. */
async function send(address, body) {
  const answer = await fetch(address, { method: "POST", body, redirect: "manual" }).catch(() => null);
  if (answer?.ok || answer?.status === 422) return answer;
  say(answer ? "You are logged out. Log in in another tab, then try again." : "You seem to be offline. Try again later.");
  return null;
}
