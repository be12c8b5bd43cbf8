// What was written elsewhere (`desk:newer`) stands beside the box until one of the two is chosen (`desk:settled`).

const panel = document.querySelector("[data-newer]");
const form = panel?.closest("form");
const words = panel?.querySelector("[data-newer-body]");
let version;

if (form) {
  panel.querySelector("[data-scripted]").hidden = false;
  panel.querySelector("[data-unscripted]").hidden = true;
  panel.querySelector("[data-take]").addEventListener("click", () => settle(words.textContent));
  panel.querySelector("[data-mine]").addEventListener("click", () => settle(form.elements.body.value));
  form.addEventListener("desk:newer", ({ detail }) => {
    version = detail.version;
    panel.querySelector("[data-newer-said]").textContent = `${detail.said} Nothing was overwritten. That text:`;
    words.textContent = detail.body;
    panel.hidden = false;
  });
}

function settle(body) {
  form.elements.version.value = version ?? form.elements.version.value;
  form.elements.body.value = body;
  panel.hidden = true;
  form.dispatchEvent(new Event("desk:settled"));
  form.elements.body.focus();
}
