"""Disqus exports for tests, in our own words. Every field may be given."""

from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

HEAD = (
    '<?xml version="1.0" encoding="utf-8"?>\n<disqus xmlns="http://disqus.com" '
    'xmlns:dsq="http://disqus.com/disqus-internals" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" '
    'xsi:schemaLocation="http://disqus.com/api/schemas/1.0/disqus.xsd '
    'http://disqus.com/api/schemas/1.0/disqus-internals.xsd">\n'
)


def export(*rows: str, forum: str = "old-forum") -> str:
    category = (
        f'<category dsq:id="1"><forum>{forum}</forum><title>General</title><isDefault>true</isDefault></category>'
    )
    return f"{HEAD}{category}\n" + "\n".join(rows) + "\n</disqus>\n"


def thread(pk: Any, link: str = "https://old.example/rest/", **fields: Any) -> str:
    """Of an article's page."""
    columns = {"id": "", "forum": "old-forum", "link": link, "title": f"First steps {pk}", "message": ""} | {
        "createdAt": "2019-03-04T09:00:00Z",
        "ipAddress": "192.0.2.44",
        "isClosed": "false",
        "isDeleted": "false",
    }
    author = "<author><name>Ida</name><isAnonymous>false</isAnonymous><username>ida_berg</username></author>"
    return f'<thread dsq:id="{pk}"><category dsq:id="1" />{author}{_fields(columns | fields)}</thread>'


def post(pk: Any, message: str = "<p>How do I begin?</p>", *, thread: Any = 2, parent: Any = "", **fields: Any) -> str:
    """A guest's; with `username` that of somebody with an account. `name` and `email` are the author's."""
    author = {"name": "Mo", "isAnonymous": "false" if "username" in fields else "true"}
    author |= {field: fields.pop(field) for field in ("name", "email", "username", "isAnonymous") if field in fields}
    columns = {
        "id": "",
        "message": message,
        "createdAt": "2019-03-05T10:00:00Z",
        "isDeleted": "false",
        "isSpam": "false",
        "ipAddress": "192.0.2.44",
    } | fields
    above = f'<parent dsq:id="{parent}" />' if parent else ""
    number = f' dsq:id="{pk}"' if pk else ""
    return (
        f'<post{number}>{_fields(columns)}<author>{_fields(author)}</author><thread dsq:id="{thread}" />{above}</post>'
    )


def write(folder: Path, text: str) -> Path:
    path = folder / "export.xml"
    path.write_text(text, encoding="utf-8")
    return path


def _fields(fields: dict[str, Any]) -> str:
    return "".join(f"<{name}>{escape(str(value))}</{name}>" for name, value in fields.items())
