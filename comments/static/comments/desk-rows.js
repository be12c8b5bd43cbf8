// From row to row. The focus itself moves, onto each row's link, so that Enter opens it and screen readers follow.

const ROW = ".desk-queue__row";

document.addEventListener("desk:next", () => step(1));
document.addEventListener("desk:previous", () => step(-1));

function step(by) {
  const links = [...document.querySelectorAll(ROW)].map((row) => row.querySelector("h2 a, h3 a, a")).filter(Boolean);
  const row = document.activeElement.closest(ROW);
  const at = links.findIndex((link) => row?.contains(link));
  const to = links[at === -1 ? 0 : Math.min(Math.max(at + by, 0), links.length - 1)];
  to?.focus();
  to?.closest(ROW).scrollIntoView({ block: "nearest" });
}
