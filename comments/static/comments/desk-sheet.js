// The sheet of keys, over the page; without this file its link leads to a page with the same table.

const sheet = document.getElementById("keys");
document.addEventListener("desk:show", () => sheet.showModal());
for (const link of document.querySelectorAll("[data-sheet]")) {
  link.addEventListener("click", (event) => {
    if (!sheet || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    sheet.showModal();
  });
}
