// Situations by two keys: after the one that opens the choice, a situation's own. It is ticked or unticked, and kept.

const form = document.querySelector(".desk-labels");
const labels = [...(form?.querySelectorAll("[data-situation]") ?? [])];
const said = form?.querySelector("[data-say]");
for (const label of labels) label.querySelector("kbd").hidden = false;

form?.addEventListener("desk:choose", () => {
  if (!labels.length) return;
  labels[0].control.focus();
  form.scrollIntoView({ block: "nearest" });
  const choices = labels.map(({ dataset }) => `${dataset.situation}: ${dataset.name}`);
  said.textContent = `${said.dataset.say} ${choices.join(", ")}`;
  form.addEventListener("keydown", chosen, { once: true });
  form.addEventListener("focusout", leave, { once: true });
});

/** Any other key does what it always does, and ends the choice. */
function chosen(event) {
  leave();
  if (event.ctrlKey || event.altKey || event.metaKey || event.isComposing) return;
  const label = labels.find(({ dataset }) => dataset.situation === event.key);
  if (!label) return;
  event.preventDefault(); // and so the key is not taken for one of the desk's
  label.control.checked = !label.control.checked;
  form.requestSubmit();
}

function leave() {
  form.removeEventListener("keydown", chosen);
  form.removeEventListener("focusout", leave);
  said.textContent = "";
}
