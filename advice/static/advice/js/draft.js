// Keeps what is typed until it is sent, in this tab only: closing the tab, or "Clear what I typed", forgets it.
// The page after sending holds an element with `data-posted`; there the draft that was sent goes. On the page after
// erasing it is `data-forget`, and all of them go: their keys hold private addresses.

const FIELDS = ["name", "email", "body"];
const SENT = "draft-sent"; // whose form is under way
const DONE = "draft-done"; // whose form arrived: what the browser puts back into it is not wanted

const store = openStore();
if (store) {
  if (document.querySelector("[data-posted]")) forgetSent();
  if (document.querySelector("[data-forget]")) store.clear();
  const first = document.querySelector("form.respond");
  if (first) keep(first);
  document.addEventListener("respond:open", (event) => keep(event.target));
}

/** Null where the browser forbids storage: then there are no drafts. */
function openStore() {
  try {
    return window.sessionStorage;
  } catch {
    return null;
  }
}

function forgetSent() {
  const key = store.getItem(SENT);
  if (!key) return;
  store.removeItem(key);
  store.removeItem(SENT);
  store.setItem(DONE, key);
}

function keep(form) {
  const key = `draft ${new URL(form.action).pathname} ${form.elements.parent?.value ?? ""}`;
  const fields = FIELDS.map((name) => form.elements[name]).filter(Boolean);
  const kept = form.querySelector("[data-kept]");
  store.removeItem(SENT); // a form is here again: what was sent did not arrive
  if (restore(fields, JSON.parse(store.getItem(key)) ?? {}) && kept) kept.hidden = false;
  form.addEventListener("input", () => {
    if (store.getItem(DONE) === key) store.removeItem(DONE);
    save(key, fields);
  });
  form.addEventListener("submit", (event) => event.defaultPrevented || store.setItem(SENT, key));
  form.addEventListener("click", (event) => {
    if (!event.target.closest("[data-clear]")) return;
    fill(fields, {});
    if (kept) kept.hidden = true;
    fields.at(-1).focus();
  });
  addEventListener("pageshow", (event) => {
    const isBack = event.persisted || performance.getEntriesByType("navigation")[0]?.type !== "navigate";
    if (!form.isConnected || !isBack) return;
    if (store.getItem(DONE) === key) fill(fields, {});
    else save(key, fields); // the browser may have put text back itself
  });
}

function save(key, fields) {
  const typed = fields.filter((field) => field.value).map((field) => [field.name, field.value]);
  try {
    if (typed.length) store.setItem(key, JSON.stringify(Object.fromEntries(typed)));
    else store.removeItem(key);
  } catch {
    // Full: the text is still in the field.
  }
}

/** Whether the draft was put back. What the server sent back is newer than the draft and stays. */
function restore(fields, draft) {
  if (!Object.keys(draft).length || fields.some((field) => field.value)) return false;
  fill(fields, draft);
  return true;
}

function fill(fields, values) {
  for (const field of fields) field.value = values[field.name] ?? "";
  fields.at(-1).dispatchEvent(new Event("input", { bubbles: true })); // the counter and the draft follow
}
