// Keeps what is typed until it is sent, in this tab only: closing the tab, or "Clear what I typed", forgets it.
// The page after sending holds an element with `data-posted`; there the draft that was sent goes.

const FIELDS = ["name", "email", "body"];
const SENT = "draft-sent";

const form = document.getElementById("respond");
const store = openStore();
if (store && document.querySelector("[data-posted]")) forgetSent();
if (store && form) keep(form);

/** Null where the browser forbids storage: then there are no drafts. */
function openStore() {
  try {
    return window.sessionStorage;
  } catch {
    return null;
  }
}

function forgetSent() {
  store.removeItem(store.getItem(SENT));
  store.removeItem(SENT);
}

function keep(form) {
  const key = `draft ${new URL(form.action).pathname} ${form.elements.parent?.value ?? ""}`;
  const fields = FIELDS.map((name) => form.elements[name]).filter(Boolean);
  store.removeItem(SENT); // the form is here again: what was sent did not arrive
  restore(fields, read(key));
  addClear(form, fields);
  form.addEventListener("input", () => save(key, fields));
  form.addEventListener("submit", () => store.setItem(SENT, key));
  addEventListener("pageshow", () => save(key, fields)); // the browser may have put text back itself
}

function read(key) {
  try {
    return JSON.parse(store.getItem(key)) ?? {};
  } catch {
    return {};
  }
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

/** What the server sent back is newer than the draft and stays. */
function restore(fields, draft) {
  if (fields.some((field) => field.value)) return;
  fill(fields, draft);
}

function fill(fields, values) {
  for (const field of fields) field.value = values[field.name] ?? "";
  fields.at(-1)?.dispatchEvent(new Event("input", { bubbles: true })); // the counter and the draft follow
}

function addClear(form, fields) {
  const button = document.createElement("button");
  Object.assign(button, { type: "button", className: "button button--quiet", textContent: "Clear what I typed" });
  button.addEventListener("click", () => {
    fill(fields, {});
    form.elements.body?.focus();
  });
  (form.querySelector(".form__actions") ?? form).append(button);
}
