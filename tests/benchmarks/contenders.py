"""Our site and WordPress as they are compared: each with what equal.py says, and running."""

import os
import re
import subprocess
import sys
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from urllib.request import Request, urlopen

from tests.benchmarks import equal, wordpress

ROOT = Path(__file__).resolve().parents[2]
UNCACHED, CACHED = "made anew", "kept"  # what a site does with pages


@dataclass(frozen=True, slots=True)
class Site:
    """One of those that are compared; `ports` by what it does with pages."""

    name: str
    ports: dict[str, int]
    posts_to: str
    fields: str

    def bytes_of(self, path: str) -> tuple[int, int]:
        """Plain, and as browsers ask for it."""
        return _length(self.ports[UNCACHED], path, "identity"), _length(self.ports[UNCACHED], path, "br, gzip")


class Ours:
    """Our site on one database, and the environment that it lives in."""

    def __init__(self, folder: Path, database: str, servers: ExitStack) -> None:
        self.name = database
        self.folder = folder_at(folder / database.lower())
        self._servers = servers
        inherited = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
        self.environment = {
            **inherited,
            "VAR": str(self.folder),
            "DATABASE_URL": self._address() if database == "PostgreSQL" else f"sqlite:///{self.folder}/db.sqlite3",
            "DJANGO_SETTINGS_MODULE": "advice.settings",
            "PYTHONPATH": str(ROOT),
            "TRUSTED_PROXIES": "127.0.0.0/8",
        }

    def _address(self) -> str:
        """A PostgreSQL of our own, which writes to disk as it does by itself: the tests' need not."""
        import psycopg2

        from tests import environment

        address = environment._start_postgresql()
        self._servers.callback(environment.pytest_unconfigure)
        found = re.fullmatch(r"postgres://(.*)@/(.*)/postgres", address)
        assert found, address
        connection = psycopg2.connect(user=found[1], host="/" + found[2].strip("/"), dbname="postgres")
        connection.autocommit = True
        with connection.cursor() as cursor:
            cursor.execute("ALTER SYSTEM RESET ALL")
            cursor.execute("SELECT pg_reload_conf()")
        connection.close()
        return address

    def filled(self, *what: str) -> int:
        """How many comments it has when it has been filled."""
        command = [sys.executable, str(ROOT / "tests/benchmarks/equal.py"), *what]
        done = subprocess.run(command, cwd=ROOT, env=self.environment, check=True, stdout=subprocess.PIPE, text=True)
        return int(done.stdout.split()[-1])

    def article(self) -> str:
        code = "import django; django.setup(); from tests.benchmarks import equal; print(equal.html())"
        command = [sys.executable, "-c", code]
        return subprocess.run(
            command, cwd=ROOT, env=self.environment, check=True, stdout=subprocess.PIPE, text=True
        ).stdout

    def serving(self) -> Site:
        from tests.hammer.server import serve

        os.environ["VAR"] = str(self.folder)  # where static files are collected
        ports = {}
        for way, settings in ((CACHED, "advice.settings"), (UNCACHED, "tests.benchmarks.uncached")):
            log = folder_at(self.folder / settings)
            server = serve({**self.environment, "DJANGO_SETTINGS_MODULE": settings}, log)
            ports[way] = self._servers.enter_context(server).port
        fields = "name=Reader+%d&email=reader%d@mail.example&body=He+left+in+May+%d+and+I+wait.&parent="
        return Site(f"ours, {self.name}", ports, "/few-comments/comments/", fields)


def fill_wordpress(site: wordpress.WordPress, articles: list[equal.Article], html: str) -> int:
    """By SQL: its own importer takes minutes. Numbers are those that equal.py gives."""
    (site.folder / "article.html").write_text(html)
    for article in articles:
        number = int(site.php(_ARTICLE, f"Article {article.number}", article.slug, f"{site.folder}/article.html"))
        rows = ",\n".join(_row(number, comment) for comment in equal.below(article))
        site.sql(
            f"INSERT INTO wp_comments (comment_ID, comment_post_ID, comment_author, comment_author_email, comment_date,"
            f" comment_date_gmt, comment_content, comment_approved, comment_type, comment_parent, user_id)"
            f" VALUES {rows};\nUPDATE wp_posts SET comment_count = {article.comments} WHERE ID = {number};"
        )
    site.sql("ANALYZE TABLE wp_comments, wp_posts")
    return count_of(site)


_ARTICLE = """
require 'wp-load.php';
[, $title, $slug, $file] = $argv;
echo wp_insert_post(['post_title' => $title, 'post_name' => $slug, 'post_content' => file_get_contents($file),
    'post_status' => 'publish', 'post_author' => 1, 'comment_status' => 'open']);
"""
_OFFSET = 1_000  # what WordPress brings has lower numbers


def _row(article: int, comment: equal.Comment) -> str:
    name = "sarah" if comment.is_sarahs else comment.name
    when = f"{comment.when:%Y-%m-%d %H:%M:%S}"
    parent = comment.parent + _OFFSET if comment.parent else 0
    return (
        f"({comment.number + _OFFSET}, {article}, '{name}', '', '{when}', '{when}', '{comment.body}', '1', 'comment',"
        f" {parent}, {int(comment.is_sarahs)})"
    )


def count_of(site: wordpress.WordPress) -> int:
    return int(site.sql("SELECT count(*) FROM wp_comments"))


def warm(port: int, path: str) -> None:
    """Asked for until all processes have read their code."""
    for _ in range(10):
        _length(port, path, "br, gzip")


def _length(port: int, path: str, encoding: str) -> int:
    with urlopen(Request(f"http://127.0.0.1:{port}{path}", headers={"Accept-Encoding": encoding})) as response:
        return len(response.read())


def folder_at(path: Path) -> Path:
    path.mkdir(exist_ok=True)
    return path
