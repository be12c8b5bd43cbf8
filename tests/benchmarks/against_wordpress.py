"""`make bench-wordpress`: our site and WordPress with the same articles and comments, in turn, in one run.

Both run in temporary folders on loopback: WordPress from Debian's packages (wordpress.py says how), ours as granian
serves it in production, on SQLite and on PostgreSQL. The client is wrk, which takes little of the processors. What it
prints in the end, a section of Markdown, it also writes to the file that `--output` names.
"""

import argparse
import os
import re
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from tests.benchmarks import contenders, equal, wordpress  # noqa: E402 - found by the line above
from tests.benchmarks.contenders import CACHED, UNCACHED, Ours, Site  # noqa: E402

CLIENTS = 8  # connections, kept open
PAGES = {"120 comments": "/few-comments/", "5,000 comments": "/many-comments/"}
POSTING = "posting"
# wrk's own language: each request of a post is another reader's, elsewhere in the world, with another text.
POSTS = """
local sent, start = 0, START
request = function()
    sent = sent + 1
    local n = start + sent
    local from = string.format("10.%d.%d.%d", math.floor(n / 65536) % 256, math.floor(n / 256) % 256, n % 256)
    local body = string.format("FIELDS", n, n, n)
    local headers = {["Content-Type"] = "application/x-www-form-urlencoded", ["X-Forwarded-For"] = from}
    return wrk.format("POST", "PATH", headers, body)
end
"""
TOLD = """
done = function(summary, latency, requests)
    local failed = summary.errors.status + summary.errors.connect + summary.errors.read + summary.errors.timeout
    io.write(string.format("TOLD %f %f %f %d %d\\n", summary.requests / summary.duration * 1e6,
        latency:percentile(50) / 1e3, latency:percentile(95) / 1e3, failed, summary.requests))
end
"""


@dataclass(frozen=True, slots=True)
class Figures:
    rate: float  # answers a second
    median: float  # milliseconds
    p95: float
    requests: int


def main() -> None:
    options = _options()
    wordpress.check_that_it_is_here()
    with tempfile.TemporaryDirectory(prefix="advice-wordpress-") as name, ExitStack() as servers:
        folder = Path(name)
        folder.chmod(0o755)
        ours = [Ours(folder, "SQLite", servers), Ours(folder, "PostgreSQL", servers)]
        theirs = servers.enter_context(wordpress.running(contenders.folder_at(folder / "wordpress")))
        lines = [_head(), *measured(ours, theirs, options)]
    text = "\n".join(lines) + "\n"
    print(text)  # noqa: T201
    if options.output:
        Path(options.output).write_text(text)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--comments", type=int, default=100_000, help="of the whole site")
    parser.add_argument("--seconds", type=int, default=4, help="of each measurement")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--output", help="a file for the table")
    return parser.parse_args()


# --- Measuring ------------------------------------------------------------------------------------------------------


def measured(ours: list[Ours], theirs: wordpress.WordPress, options: argparse.Namespace) -> Iterator[str]:
    for site in ours:
        site.filled("few")
    html = ours[0].article()
    contenders.fill_wordpress(theirs, equal.few(), html)
    sites = [serving_best(theirs, options.seconds), *(site.serving() for site in ours)]
    yield from page_table(f"{equal.FEW} comments, the whole site", "/few-comments/", sites, options)
    counts = [site.filled("many", str(options.comments)) for site in ours]
    counts.append(contenders.fill_wordpress(theirs, equal.many(options.comments), html))
    everything = f"a site of {min(counts):,} comments"
    for name, path in PAGES.items():
        yield from page_table(f"{name} under the article, {everything}", path, sites, options)
    yield from posts_table(ours, theirs, sites, options)


def page_table(title: str, path: str, sites: list[Site], options: argparse.Namespace) -> Iterator[str]:
    yield f"### {title[0].upper()}{title[1:]}\n"
    found: dict[tuple[str, str], list[Figures]] = {}
    for _ in range(options.rounds):
        for way in (UNCACHED, CACHED):
            for site in sites:
                contenders.warm(site.ports[way], path)
                figures = asked(site.ports[way], path, options.seconds)
                found.setdefault((way, site.name), []).append(figures)
    yield from _table(found, sites, {site.name: site.bytes_of(path) for site in sites})


def posts_table(
    ours: list[Ours], theirs: wordpress.WordPress, sites: list[Site], options: argparse.Namespace
) -> Iterator[str]:
    """Every answer was a comment: rows are counted."""
    yield "### Posting a question under the article with 120 comments\n"
    before = [contenders.count_of(theirs), *(site.filled("count") for site in ours)]
    found: dict[tuple[str, str], list[Figures]] = {}
    for turn in range(options.rounds):
        for site in sites:
            script = POSTS.replace("START", str(turn * 1_000_000)).replace("FIELDS", site.fields)
            figures = asked(site.ports[CACHED], site.posts_to, options.seconds, script.replace("PATH", site.posts_to))
            found.setdefault((POSTING, site.name), []).append(figures)
    after = [contenders.count_of(theirs), *(site.filled("count") for site in ours)]
    for site, earlier, later in zip(sites, before, after, strict=True):
        sent = sum(figures.requests for figures in found[POSTING, site.name])
        assert sent <= later - earlier <= sent + CLIENTS * options.rounds, (site.name, sent, later - earlier)
    yield from _table(found, sites, {})
    yield WHAT_POSTS_DO


def serving_best(site: wordpress.WordPress, seconds: int) -> Site:
    """With as many processes of PHP as answer most on this machine."""
    rates = {}
    for size, port in site.ports.items():
        contenders.warm(port, PAGES["120 comments"])
        rates[size] = asked(port, PAGES["120 comments"], seconds).rate
    best = max(rates, key=lambda size: rates[size])
    article = int(site.sql("SELECT ID FROM wp_posts WHERE post_name = 'few-comments'"))
    fields = f"comment_post_ID={article}&comment_parent=0&author=Reader+%d&email=reader%d@mail.example"
    return Site(
        f"WordPress, {best} PHP processes",
        {UNCACHED: site.ports[best], CACHED: site.kept[best]},
        "/wp-comments-post.php",
        f"{fields}&comment=He+left+in+May+%d+and+I+wait.",
    )


def asked(port: int, path: str, seconds: int, script: str = "") -> Figures:
    """As often as it is answered; every answer must be a good one."""
    command = [wordpress.program("wrk"), "-t1", f"-c{CLIENTS}", "--timeout", "60s", "-H", "Accept-Encoding: br, gzip"]
    with tempfile.NamedTemporaryFile("w", suffix=".lua") as file:
        file.write(script + TOLD)
        file.flush()
        command += ["-s", file.name]
        done = subprocess.run(
            [*command, f"-d{seconds}s", f"http://127.0.0.1:{port}{path}"], check=True, stdout=subprocess.PIPE, text=True
        )
    *figures, failed, requests = done.stdout.rpartition("TOLD ")[2].split()
    if int(failed) or not int(requests):
        raise AssertionError(f"{path}: {done.stdout}")
    return Figures(*map(float, figures), int(requests))


# --- Telling --------------------------------------------------------------------------------------------------------


HEAD = """## Against WordPress

{moment:%Y-%m-%d %H:%M} UTC, {cores} cores, load {load:.1f} before it. Client: wrk, {clients} connections, asking for
compressed answers as browsers do. WordPress {version} with its theme Twenty Twenty-One, PHP with its opcode cache,
MariaDB, and nginx, which compresses by gzip; kept pages are nginx's own (fastcgi_cache). Ours is granian with two
processes and no proxy. Of a page made anew it keeps nothing of the article and its comments; its queries are prepared,
and what all pages have alike (menus, styles, the blank form) is printed once, as on any site. Medians of the rounds,
all sites in turn; the times are the client's.
"""
WHAT_POSTS_DO = """
Both hold the comment for a moderator. WordPress looks for the same text and for another comment of the same person in
the last 15 seconds, looks through its list of words and writes a row, which MariaDB has on disk when it answers; it
sends no mail here. Ours screens the text (blocks, phrases, care, likeness to others) and writes the comment, its
private link, its search text and what mails are due in one transaction, which SQLite and PostgreSQL have on disk when
they answer.
"""


def _head() -> str:
    found = re.search(r"wp_version = '(.*?)'", (wordpress.CODE / "wp-includes/version.php").read_text())
    return HEAD.format(
        moment=datetime.now(UTC),
        cores=os.cpu_count(),
        load=os.getloadavg()[0],
        clients=CLIENTS,
        version=found[1] if found else "",
    )


def _table(
    found: dict[tuple[str, str], list[Figures]], sites: list[Site], sizes: dict[str, tuple[int, int]]
) -> Iterator[str]:
    heads = ["", "requests/s", "× WordPress", "median, ms", "95 % below, ms"]
    heads += ["bytes", "compressed"] if sizes else []
    yield f"| {' | '.join(heads)} |"
    yield f"|{' --- |' * len(heads)}"
    for (way, name), rounds in found.items():
        times = _times(rounds, found[way, sites[0].name])
        columns = [f"{way}: {name}", f"{_middle(rounds, 'rate'):,.0f}", times]
        columns += [f"{_middle(rounds, 'median'):,.1f}", f"{_middle(rounds, 'p95'):,.1f}"]
        columns += [f"{size:,}" for size in sizes.get(name, ())]
        yield f"| {' | '.join(columns)} |"
    yield ""


def _times(rounds: list[Figures], of: list[Figures]) -> str:
    """The median of what each round says."""
    return f"{statistics.median(one.rate / other.rate for one, other in zip(rounds, of, strict=True)):.1f}"


def _middle(rounds: list[Figures], what: str) -> float:
    return statistics.median(getattr(figures, what) for figures in rounds)


if __name__ == "__main__":
    main()
