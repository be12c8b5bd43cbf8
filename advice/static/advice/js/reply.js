// Opens the reply form below the comment. The address says which (`#reply-7`): Back closes it, a reload opens it again.
// The page has one form at a time; its own is put aside meanwhile. If anything fails, the link leads to the form's page.

const PLACE = /^#reply-(\d+)$/;

const place = document.createComment("the page's own form");
const own = document.querySelector("form.respond");
let opened = null;

document.addEventListener("click", (event) => {
  const link = event.target.closest("a[data-reply]");
  if (!link || event.button || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
  event.preventDefault();
  const hash = `#reply-${pkOf(link)}`;
  if (location.hash === hash) follow();
  else location.hash = hash;
});
addEventListener("hashchange", follow);
follow();

async function follow() {
  const hash = location.hash;
  const pk = hash.match(PLACE)?.[1];
  if (opened && (pk || hash === "" || hash === "#respond")) close();
  if (hash === "#respond") own?.scrollIntoView();
  const link = pk && document.querySelector(`#comment-${pk} a[data-reply]`);
  if (!link) return;
  try {
    const page = await read(link.href);
    if (location.hash === hash && !opened) open(link, page);
  } catch {
    leaveHash();
    location.assign(link.href);
  }
}

async function read(address) {
  const response = await fetch(address);
  if (!response.ok) throw new Error(`${response.status}`);
  return new DOMParser().parseFromString(await response.text(), "text/html");
}

function open(link, page) {
  const form = page.querySelector("form.respond");
  const title = document.createElement("h3");
  title.append(...page.querySelector("h1").childNodes);
  title.tabIndex = -1;
  own?.replaceWith(place);
  form.elements.parent.after(title);
  link.closest(".comment__card").after(form);
  opened = form;
  form.addEventListener("click", (event) => {
    if (!event.target.closest("[data-cancel]")) return;
    event.preventDefault();
    leaveHash();
    close();
    link.focus();
  });
  form.dispatchEvent(new Event("respond:open", { bubbles: true }));
  title.focus();
}

function close() {
  opened.remove();
  opened = null;
  place.replaceWith(...(own ? [own] : []));
}

function leaveHash() {
  history.replaceState(null, "", location.pathname + location.search);
}

function pkOf(link) {
  return link.closest(".comment").id.replace("comment-", "");
}
