// Where the focus is when a page of the desk opens: on what has to be looked at. What was done on the page before is
// read out with it, from the messages above.

const KEPT = "desk-row"; // the row that was open last in this tab, so that coming back leads to it again
const PLACES = ["[data-focus], [autofocus]", "[aria-invalid=true]", "h2 a, h3 a, a", "#this", ".desk h1"];
const ROW = ".desk-queue__row";

if (!location.hash && document.activeElement === document.body) arrive();

document.addEventListener("focusin", (event) => {
  const row = event.target.closest(ROW);
  if (row?.id) keep(row.id);
});

// What was done in a row leads on to the next one, also where the row itself has gone.
addEventListener("submit", ({ submitter, defaultPrevented }) => {
  const row = submitter?.closest(ROW);
  const next = row?.nextElementSibling ?? row?.previousElementSibling;
  if (next && !defaultPrevented) keep(next.id);
});

function arrive() {
  const place = first();
  if (!place) return;
  if (place.tabIndex < 0) place.tabIndex = -1; // a text is no stop of Tab
  describe(place);
  place.focus({ preventScroll: true });
  place.scrollIntoView({ block: "nearest" });
}

function first() {
  const row = document.getElementById(kept()) ?? document.querySelector(ROW);
  const [marked, mistaken, link, ...texts] = PLACES;
  return (
    document.querySelector(marked) ?? document.querySelector(mistaken) ?? row?.querySelector(link) ??
    texts.map((text) => document.querySelector(text)).find(Boolean)
  );
}

function describe(place) {
  const said = document.querySelector(".messagelist");
  if (!said) return;
  said.id ||= "desk-said";
  place.setAttribute("aria-describedby", [place.getAttribute("aria-describedby"), said.id].filter(Boolean).join(" "));
}

function keep(id) {
  try {
    sessionStorage.setItem(KEPT, id);
  } catch {
    // The browser keeps nothing: the first row, then.
  }
}

function kept() {
  try {
    return sessionStorage.getItem(KEPT);
  } catch {
    return null;
  }
}
