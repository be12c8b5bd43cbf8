// One box that ticks every row of the page.

const label = document.querySelector("[data-choose-all]");
const rows = [...document.querySelectorAll('input[name="pk"][form="bulk"]')];

if (label && rows.length) {
  const all = label.querySelector("input");
  label.hidden = false;
  all.addEventListener("change", () => rows.forEach((row) => (row.checked = all.checked)));
  rows.forEach((row) => row.addEventListener("change", follow));
  addEventListener("pageshow", follow); // what the browser put back

  function follow() {
    const count = rows.filter((row) => row.checked).length;
    all.checked = count === rows.length;
    all.indeterminate = count > 0 && count < rows.length;
  }
}
