// Improves the form that asks or replies; without this file it works as well, with one step more.

const NEAR = 0.9; // of the limit: from there the rest is said aloud
const PAUSE = 1000; // ms without a key before it is
const STUCK = 10_000; // ms after which a form that is still here may be sent again

const first = document.querySelector("form.respond");
if (first) improve(first);
document.addEventListener("respond:open", (event) => improve(event.target));

function improve(form) {
  form.querySelector("input[name=step]")?.remove(); // straight to the private link; the preview has its own button
  form.querySelectorAll("[data-scripted]").forEach((element) => (element.hidden = false));
  form.querySelectorAll("textarea[data-count-to]").forEach((area) => count(area, form));
  sendOnce(form);
}

/** As the server counts: code points, a line end as one. */
function length(text) {
  const pairs = text.match(/[\ud800-\udbff][\udc00-\udfff]/g) ?? [];
  return text.replace(/\r\n?/g, "\n").length - pairs.length;
}

/** Shows how much room is left, and says it near the limit. */
function count(area, form) {
  const limit = Number(area.dataset.countTo);
  const shown = form.querySelector("[data-count]");
  const said = form.querySelector("[data-said]");
  let timer;
  const show = () => {
    const left = limit - length(area.value);
    const number = Math.abs(left).toLocaleString(document.documentElement.lang);
    shown.textContent = `${left < 0 ? shown.dataset.over : shown.dataset.left} ${number}`;
    shown.classList.toggle("field__count--over", left < 0);
    clearTimeout(timer);
    timer = setTimeout(() => (said.textContent = left < limit * (1 - NEAR) ? shown.textContent : ""), PAUSE);
  };
  area.addEventListener("input", show);
  shown.hidden = false;
  show();
}

/** A second click does nothing. Without a connection the form stays, and says so. */
function sendOnce(form) {
  if (!form.requestSubmit) return; // an old browser: the plain form, which the server takes once
  const unreached = form.querySelector("[data-unreached]");
  let state = "ready";
  let timer;
  const become = (next) => {
    state = next;
    clearTimeout(timer);
    const busy = state !== "ready";
    form.querySelectorAll("button:not([type=button])").forEach((button) => button.setAttribute("aria-disabled", busy));
  };
  form.addEventListener("submit", async (event) => {
    if (state === "reached") return become("sent"); // our own requestSubmit: let it go
    event.preventDefault();
    if (state !== "ready") return;
    become("asking");
    unreached.hidden = true;
    if (await isReachable(form.dataset.probe)) {
      become("reached");
      form.requestSubmit(event.submitter);
      timer = setTimeout(become, STUCK, "ready");
    } else {
      become("ready");
      unreached.hidden = false;
      unreached.focus();
    }
  });
  addEventListener("pageshow", () => become("ready")); // back again
}

async function isReachable(address) {
  const isSlow = (error) => error.name === "TimeoutError"; // slow is not away
  const request = { method: "HEAD", cache: "no-store", signal: AbortSignal.timeout?.(STUCK) };
  return navigator.onLine && fetch(address, request).then(() => true, isSlow);
}
