// Single keys, as the table of keys in the page says: which key does what to which element. A key does nothing where
// that element is not, while something is typed, or below an open dialog.

const rows = new Map();
for (const row of document.querySelectorAll("[data-single]")) rows.set(row.dataset.key, row.dataset);
const SCREEN = 229; // keyCode of a key that an input method keeps for itself

for (const { key, action, target } of rows.values()) {
  if (action !== "press" && action !== "focus") continue;
  seen(target)?.setAttribute("aria-keyshortcuts", key);
}

const UNDER_WAY = 3000; // ms for which a form that was sent takes the keys along: a second one was for the page after it
let sentAt = -UNDER_WAY;
addEventListener("submit", (event) => {
  if (!event.defaultPrevented && event.target.method === "post") sentAt = event.timeStamp;
});

document.addEventListener("keydown", (event) => {
  const row = rows.get(event.key);
  if (!row || event.timeStamp - sentAt < UNDER_WAY || !isOurs(event)) return;
  const target = seen(row.target);
  if (!target) return;
  event.preventDefault();
  if (event.repeat && !["next", "previous"].includes(row.action)) return;
  if (row.action === "press") target.click();
  else if (row.action === "focus") target.href ? target.click() : target.focus();
  else target.dispatchEvent(new CustomEvent(`desk:${row.action}`, { bubbles: true }));
});

function isOurs(event) {
  if (event.defaultPrevented || event.isComposing || event.keyCode === SCREEN) return false;
  if (event.ctrlKey || event.altKey || event.metaKey) return false;
  return !isTypedInto(event.target) && !document.querySelector("dialog[open]");
}

/** A checkbox or a button takes no text: there the keys still work. */
function isTypedInto(element) {
  if (element.isContentEditable || element.matches("textarea, select")) return true;
  return element.matches("input:not([type=checkbox], [type=submit], [type=button], [type=reset])");
}

/** The first element of that kind that can be seen; of the sheet, which is closed, the sheet itself. */
function seen(selector) {
  return [...document.querySelectorAll(selector)].find((one) => one.checkVisibility() || one.matches("dialog"));
}
