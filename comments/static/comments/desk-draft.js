// Keeps what is typed as a draft at the site, a moment after the last key; where that fails, in this browser, for this
// moderator alone, until it succeeds. What another tab has saved is shown beside it, and never written over.

const PAUSE = 1000; // ms
const WHY = { 0: "you are logged out", 403: "you are logged out" }; // 0: led to the login
const form = document.querySelector("#answer");

if (form) keep(`desk-draft ${form.dataset.keptAs}`, form.elements.body, form.elements.version);

function keep(key, box, version) {
  const panel = form.querySelector("[data-newer]");
  const say = (text) => (form.querySelector("[data-kept]").textContent = text);
  const isKept = form.querySelector("[data-kept]").textContent || !box.defaultValue;
  let known = isKept ? box.defaultValue : null; // what the site has; more may be typed by now
  let timer, saving, isLeaving;

  const keepHere = (why) => {
    localStorage.setItem(key, JSON.stringify({ body: box.value, version: version.value }));
    if (why) say(`Not saved: ${why}; kept in this browser.`);
  };
  const offer = (said, newer) => form.dispatchEvent(new CustomEvent("desk:newer", { detail: { said, ...newer } }));
  const save = async (request = {}) => {
    if (box.value === known) return;
    if (!panel.hidden) return keepHere();
    const [body, data] = [box.value, new FormData()];
    for (const name of ["csrfmiddlewaretoken", "version", "body"]) data.set(name, form.elements[name].value);
    const sent = { method: "POST", body: data, redirect: "manual", ...request };
    const answer = await fetch(form.dataset.draftAt, sent).catch(() => null);
    const told = [200, 409].includes(answer?.status) ? await answer.json() : {};
    if (answer?.ok) {
      [known, version.value] = [body, told.version];
      if (box.value === body) localStorage.removeItem(key);
      say(told.saved && `Saved ${told.saved}.`);
    } else if (told.version) {
      keepHere("see the other text above");
      offer(`You have written something else in another tab at ${told.saved}.`, told);
    } else if (answer?.status === 410) {
      localStorage.removeItem(key);
      say("Not saved: it was erased.");
    } else keepHere(answer ? (WHY[answer.status] ?? "the site has a fault") : "you are offline");
  };
  const saveNext = () => {
    const mine = Promise.resolve(saving).then(() => save()).finally(() => saving === mine && (saving = null));
    saving = mine;
  };

  form.addEventListener("desk:settled", () => {
    known = null;
    localStorage.removeItem(key);
    saveNext();
  });
  box.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(saveNext, PAUSE);
  });
  addEventListener("online", saveNext);
  addEventListener("pagehide", () => {
    if (isLeaving || box.value === known) return;
    keepHere();
    save({ keepalive: true });
  });
  form.addEventListener("submit", async (event) => {
    clearTimeout(timer);
    if (!saving) {
      isLeaving = true;
      if (box.value !== known) keepHere();
      return;
    }
    event.preventDefault(); // what is under way would come back as a draft
    await saving;
    form.requestSubmit(event.submitter);
  });
  addEventListener("pageshow", () => (isLeaving = false));

  const kept = JSON.parse(localStorage.getItem(key) ?? "null");
  if (!kept || kept.body.trim() === box.value.trim()) localStorage.removeItem(key);
  else if (kept.version !== version.value || box.value !== known) {
    offer("This browser kept something else that you wrote.", { body: kept.body });
  } else box.value = kept.body;
  saveNext();
}
