// A link to a comment that this page does not show (its thread moved, or stands on another page) leads to where it is.
// The server knows the place of every comment; one that nobody sees leaves the reader here.

const PLACE = /^#comment-([1-9]\d{0,17})$/;

addEventListener("hashchange", follow);
// Coming from here by way of the server: it thinks that the comment is on this page. Asking again would not help.
if (document.referrer !== location.href.split("#")[0]) follow();

async function follow() {
  const hash = location.hash;
  const pk = hash.match(PLACE)?.[1];
  if (!pk || document.getElementById(`comment-${pk}`)) return;
  // Which article the link was made for: its comments may have had other numbers on an old site.
  const address = `/comments/${pk}/?on=${encodeURIComponent(location.pathname.split("/")[1])}`;
  try {
    const { type } = await fetch(address, { method: "HEAD", redirect: "manual" });
    // In the history's own place, so that Back leads to where the reader came from.
    if (type === "opaqueredirect" && location.hash === hash) location.replace(address);
  } catch {} // no connection: the page stays
}
