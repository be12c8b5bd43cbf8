// Improves the form that asks or replies; without this file it works as well, with one step more.

const NEAR = 0.9; // of the limit: from there the rest is said aloud
const PAUSE = 1000; // ms without a key before it is
const STUCK = 10_000; // ms after which a form that is still here may be sent again

const form = document.getElementById("respond");
if (form) {
  form.querySelector("input[name=step]")?.remove(); // straight to the private link, without a preview
  form.querySelectorAll("textarea[data-count-to]").forEach(count);
  sendOnce(form);
}
focusOnError();

/** As the server counts: code points, a line end as one. */
function length(text) {
  const pairs = text.match(/[\ud800-\udbff][\udc00-\udfff]/g) ?? [];
  return text.replace(/\r\n?/g, "\n").length - pairs.length;
}

/** Shows how much room is left, and says it near the limit. */
function count(area) {
  const limit = Number(area.dataset.countTo);
  const shown = paragraph("field__count", area);
  const said = paragraph("visually-hidden", shown);
  said.setAttribute("role", "status");
  let timer;
  const show = () => {
    const left = limit - length(area.value);
    const number = Math.abs(left).toLocaleString(document.documentElement.lang);
    shown.textContent = left < 0 ? `${number} characters too many` : `${number} characters left`;
    shown.classList.toggle("field__count--over", left < 0);
    clearTimeout(timer);
    timer = setTimeout(() => (said.textContent = left < limit * (1 - NEAR) ? shown.textContent : ""), PAUSE);
  };
  area.addEventListener("input", show);
  show();
}

function paragraph(name, before) {
  const made = document.createElement("p");
  made.className = name;
  before.after(made);
  return made;
}

/** A second click does nothing; coming back, or ten seconds without an answer, makes the button work again. */
function sendOnce(form) {
  const buttons = [...form.querySelectorAll("button:not([type=button])")];
  const sending = (yes) => buttons.forEach((button) => button.setAttribute("aria-disabled", yes));
  let timer;
  form.addEventListener("submit", (event) => {
    if (buttons[0]?.getAttribute("aria-disabled") === "true") return event.preventDefault();
    sending(true);
    timer = setTimeout(sending, STUCK, false);
  });
  addEventListener("pageshow", () => {
    clearTimeout(timer);
    sending(false);
  });
}

/** To the first wrong field; else to what the page has to say. */
function focusOnError() {
  const alert = document.querySelector("main [role=alert]");
  if (!alert) return;
  const wrong = document.querySelector("main [aria-invalid=true]");
  if (!wrong) alert.tabIndex = -1;
  (wrong ?? alert).focus();
}
