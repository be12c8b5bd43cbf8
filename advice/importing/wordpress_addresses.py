"""Where things were on a WordPress site: paths without the final slash, with the query where that says which it is."""

from collections.abc import Iterator
from urllib.parse import unquote, urlsplit

from .records import Topic

LONGEST = 500  # characters, as OldAddress has them


def address_of(link: str) -> str:
    """The address as a path; "" for none, and for the front page."""
    try:
        parts = urlsplit(link)
    except ValueError:
        return ""
    path = unquote(parts.path).rstrip("/")
    path += f"/?{parts.query}" if parts.query else ""
    return path if len(path) <= LONGEST and "\x00" not in path else ""  # which no request has (`middleware.no_nul`)


def host_of(link: str) -> str:
    """In lower case, without www.; "" where it names none."""
    try:
        return (urlsplit(link).hostname or "").removeprefix("www.")
    except ValueError:
        return ""


def root_of(site: dict[str, str]) -> str:
    """The path that the whole site was below, or ""."""
    return address_of(_home(site)).partition("/?")[0]


def own_of(site: dict[str, str]) -> tuple[str, ...]:
    """What its addresses begin with, as the export says it."""
    names = ("wp:base_blog_url", "wp:base_site_url", "link")
    return tuple(dict.fromkeys(filter(None, (site.get(name, "") for name in names))))


def of_article(pk: str, link: str, guid: str, site: dict[str, str]) -> tuple[str, ...]:
    """All that led to it. A guid may come from the site before that one; its path would mean nothing here."""
    root = root_of(site)
    own = {host_of(address) for address in own_of(site)}
    found = [address_of(link), f"{root}/?p={pk}", f"{root}/?page_id={pk}"]
    if host_of(guid) in own:
        found.append(address_of(guid))
    return tuple(dict.fromkeys(filter(None, found)))


class Topics:
    """Categories and tags as they come; a child's address has its parent's before it."""

    def __init__(self) -> None:
        self._paths: dict[str, str] = {}
        self._given: set[tuple[str, str]] = set()

    def category(self, root: str, fields: dict[str, str]) -> Topic:
        nicename, parent = _slug(fields, "category_nicename"), _slug(fields, "category_parent")
        path = self._paths[nicename] = f"{self._paths.get(parent, '')}/{nicename}"[:LONGEST]
        by_number = [f"{root}/?cat={fields['wp:term_id'].strip()}"] if fields.get("wp:term_id") else []
        self._given.add(("category", nicename))
        return _topic(
            fields.get("wp:cat_name", ""), f"{root}/category{path}", f"{root}/category/{nicename}", *by_number
        )

    def tag(self, root: str, fields: dict[str, str]) -> Topic:
        slug = _slug(fields, "tag_slug")
        self._given.add(("tag", slug))
        return _topic(fields.get("wp:tag_name", ""), f"{root}/tag/{slug}", f"{root}/?tag={slug}")

    def of_item(self, root: str, kind: str, nicename: str, name: str) -> Iterator[Topic]:
        """Where the export has no list of them."""
        slug = unquote(nicename)
        if slug and (kind, slug) not in self._given:
            self._given.add((kind, slug))
            yield _topic(name, f"{root}/{kind}/{slug}")


def _topic(name: str, *paths: str) -> Topic:
    return Topic(
        name.strip(), tuple(path for path in dict.fromkeys(paths) if len(path) <= LONGEST and "\x00" not in path)
    )


def _slug(fields: dict[str, str], name: str) -> str:
    return unquote(fields.get(f"wp:{name}", "").strip())


def _home(site: dict[str, str]) -> str:
    return site.get("wp:base_blog_url") or site.get("wp:base_site_url") or ""
