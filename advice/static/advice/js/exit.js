// Leaving quickly, after GOV.UK's "Exit this page": its button, the skip link, or Shift pressed three times. The page goes
// at once, before the other site is there, and other tabs with this site go with it; what was typed goes too. Without this
// file the links still lead away.

const PRESSES = 3;
const PAUSE = 5000; // ms: within these Shift counts as pressed again

const exit = document.querySelector("[data-exit]");
const tabs = window.BroadcastChannel ? new BroadcastChannel("exit") : null;
if (exit) {
  tabs?.addEventListener("message", leave);
  for (const link of exit.querySelectorAll("a")) link.addEventListener("click", leave);
  countShift(exit);
}

function countShift(exit) {
  const lights = addLights(exit.querySelector(".exit__button"));
  const said = document.createElement("span");
  Object.assign(said, { className: "visually-hidden", role: "status" });
  exit.append(said);
  let presses = 0;
  let alone = false; // Shift went down, and nothing else was pressed since
  let timer;

  const count = (number, words) => {
    clearTimeout(timer);
    presses = number;
    said.textContent = words;
    lights.hidden = presses === 0;
    [...lights.children].forEach((light, index) => light.classList.toggle("exit__light--on", index < presses));
  };
  const onKeyDown = (event) => {
    if (event.repeat) return;
    alone = event.key === "Shift" && !event.ctrlKey && !event.altKey && !event.metaKey;
    if (!alone && presses) count(0, "");
  };
  const onPointerDown = () => { // Shift held to mark text
    alone = false;
    if (presses) count(0, "");
  };
  const onKeyUp = (event) => {
    if (event.key !== "Shift" || !alone) return;
    if (presses + 1 === PRESSES) return leave(event);
    count(presses + 1, exit.getAttribute(`data-say-${PRESSES - presses - 1}`));
    timer = setTimeout(count, PAUSE, 0, exit.dataset.sayExpired);
  };
  // Capturing, so that nothing else on the page can keep a key to itself.
  addEventListener("keydown", onKeyDown, true);
  addEventListener("pointerdown", onPointerDown, true);
  addEventListener("keyup", onKeyUp, true);
}

function addLights(button) {
  const lights = document.createElement("span");
  Object.assign(lights, { className: "exit__lights", hidden: true });
  lights.setAttribute("aria-hidden", "true");
  lights.append(...Array.from({ length: PRESSES }, () => document.createElement("span")));
  button.append(lights);
  return lights;
}

/** The page itself goes, not only out of sight: nothing of it is left to tab to or to read out while the next one loads. */
function leave(event) {
  event.preventDefault();
  if (event.type !== "message") tabs?.postMessage("leave");
  const cover = document.createElement("div");
  Object.assign(cover, { className: "exit-cover", role: "alert" });
  document.body.replaceChildren(cover);
  document.title = cover.textContent = exit.dataset.sayLoading; // once it is there, so that it is read out
  forget();
  addEventListener("pagehide", forget); // whatever keeps drafts may do so once more on its way out
  addEventListener("pageshow", (shown) => shown.persisted && location.reload()); // come back to: not as an empty page
  location.replace(exit.querySelector(".exit__button").href); // so that Back does not lead here
}

/** What was typed in this tab: somebody may look at it next. */
function forget() {
  try {
    sessionStorage.clear();
  } catch {
    // The browser forbids storage: nothing was kept.
  }
}
