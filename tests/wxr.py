"""WordPress exports for tests, in our own words. Every field may be given; texts are written as CDATA."""

from pathlib import Path
from typing import Any

NAMESPACES = {
    "excerpt": "http://wordpress.org/export/{version}/excerpt/",
    "content": "http://purl.org/rss/1.0/modules/content/",
    "dc": "http://purl.org/dc/elements/1.1/",
    "wp": "http://wordpress.org/export/{version}/",
}
IDA = {"author_id": 7, "author_login": "ida", "author_email": "ida@old.example", "author_display_name": "Ida Berg"}


def export(*items: str, version: str = "1.2", url: str = "https://old.example", authors: Any = (IDA,)) -> str:
    spaces = " ".join(f'xmlns:{prefix}="{uri.format(version=version)}"' for prefix, uri in NAMESPACES.items())
    people = "".join(f"<wp:author>{_fields('wp', author)}</wp:author>" for author in authors)
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>\n<!-- made for a test -->\n<rss version="2.0" {spaces}>\n<channel>\n'
        f"<title>Old</title><wp:wxr_version>{version}</wp:wxr_version>"
        f"<wp:base_site_url>{url}</wp:base_site_url>\n{people}\n" + "\n".join(items) + "\n</channel>\n</rss>\n"
    )


def item(pk: int, *comments: str, **columns: Any) -> str:
    """A published post. `title`, `link`, `creator`, `content`, `excerpt` and `pubDate`, or WordPress's own fields."""
    slug = columns.get("post_name", f"first-steps-{pk}")
    rss = {"title": f"First steps {pk}", "link": f"https://old.example/2019/03/{slug}/", "pubDate": ""}
    rss |= {name: columns.pop(name) for name in rss if name in columns}
    creator, content = columns.pop("creator", "ida"), columns.pop("content", "<h2>Rest</h2>\n<p>Sleep first.</p>")
    excerpt = columns.pop("excerpt", "")
    fields = {
        "post_id": pk,
        "post_date": "2019-03-04 10:00:00",
        "post_date_gmt": "2019-03-04 09:00:00",
        "comment_status": "open",
        "post_name": slug,
        "status": "publish",
        "post_type": "post",
        "post_password": "",
    } | columns
    return (
        f"<item>{_fields('', rss)}<dc:creator>{_text(creator)}</dc:creator>"
        f"<content:encoded>{_text(content)}</content:encoded><excerpt:encoded>{_text(excerpt)}</excerpt:encoded>"
        f"{_fields('wp', fields)}\n" + "\n".join(comments) + "\n</item>"
    )


def upload(pk: int, address: str, *, alt: str = "", **columns: Any) -> str:
    """A file of the media library."""
    metas = [meta("_wp_attachment_image_alt", alt)] if alt else []
    fields = {"post_type": "attachment", "status": "inherit", "attachment_url": address, "content": "", **columns}
    return item(pk, *metas, **fields)


def meta(key: str, value: Any) -> str:
    """What WordPress keeps beside an item."""
    return f"<wp:postmeta>{_fields('wp', {'meta_key': key, 'meta_value': value})}</wp:postmeta>"


def sorted_under(name: str, nicename: str, domain: str = "category") -> str:
    """A category or a tag of an item."""
    return f'<category domain="{domain}" nicename="{nicename}">{_text(name)}</category>'


def fields(tag: str, **columns: Any) -> str:
    """An element of WordPress's own, such as one of its lists of categories and tags."""
    return f"<wp:{tag}>{_fields('wp', columns)}</wp:{tag}>"


def comment(pk: Any, content: str = "How do I begin?", **columns: Any) -> str:
    """An approved reader's comment; names of columns without `comment_`."""
    fields = {
        "id": pk,
        "author": "Mo",
        "author_email": "",
        "author_IP": "192.0.2.44",
        "date": "2019-03-05 11:00:00",
        "date_gmt": "2019-03-05 10:00:00",
        "content": content,
        "approved": "1",
        "type": "comment",
        "parent": 0,
        "user_id": 0,
    } | columns
    return f"<wp:comment>{_fields('wp', {f'comment_{name}': value for name, value in fields.items()})}</wp:comment>"


def write(folder: Path, text: str) -> Path:
    path = folder / "export.xml"
    path.write_text(text, encoding="utf-8")
    return path


def _fields(prefix: str, fields: dict[str, Any]) -> str:
    names = {name: f"{prefix}:{name}" if prefix else name for name in fields}
    return "".join(f"<{names[name]}>{_text(value)}</{names[name]}>" for name, value in fields.items())


def _text(value: Any) -> str:
    return f"<![CDATA[{value}]]>"
