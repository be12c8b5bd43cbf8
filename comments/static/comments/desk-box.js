// In the box: the keys that send it and leave it, as the table of keys in the page says; and a form is sent once.

const TWICE = 3000; // ms within which a second click or key is not meant
const rows = [...document.querySelectorAll("[data-in-box]")].map((row) => row.dataset);
const sent = new WeakMap();

document.addEventListener("keydown", (event) => {
  if (!event.target.matches("textarea") || event.isComposing || event.repeat) return;
  const row = rows.find(({ key }) => key === pressed(event));
  if (row?.action === "send" && event.target.form) send(event);
  else if (row?.action === "focus") leave(event, document.querySelector(row.target));
});

addEventListener("submit", (event) => {
  if (event.defaultPrevented || event.target.method !== "post") return;
  if (event.timeStamp - (sent.get(event.target) ?? -TWICE) < TWICE) event.preventDefault();
  else sent.set(event.target, event.timeStamp);
});

function pressed(event) {
  if (event.altKey || event.shiftKey) return null;
  return event.ctrlKey || event.metaKey ? `Control+${event.key}` : event.key;
}

function send(event) {
  const { form } = event.target;
  event.preventDefault();
  form.requestSubmit(form.querySelector('[data-verb="answer"]') ?? form.querySelector("[type=submit], button:not([type])"));
}

function leave(event, place) {
  if (!place) return;
  event.preventDefault();
  place.tabIndex = -1;
  place.focus();
}
