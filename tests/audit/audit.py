"""`make audit`: Lighthouse and the Nu HTML checker over the demo, every page and state; what an article weighs.

Needs node and Java beside Chromium; the two tools are in the node_modules of the folder given as the only argument.
Not part of `make test`: it takes ten minutes and its scores vary with the machine, hence medians of five.
"""

import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

if TYPE_CHECKING:
    from django.contrib.auth.models import User

    from comments.models import Comment

RUNS = int(os.environ.get("RUNS", "5"))
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome") or ""
FLAGS = "--headless --no-sandbox --disable-gpu --disable-background-networking"
SCORES = ("performance", "accessibility", "best-practices", "seo")
ARTICLE = "/should-you-get-back-together/"


def main(tools: Path) -> None:
    with tempfile.TemporaryDirectory(prefix="advice-audit-") as folder:
        port = os.environ.get("PORT", "8077")
        os.environ.update(VAR=folder, PORT=port, POST_LIMITS="off", DJANGO_SETTINGS_MODULE="advice.settings")
        import django

        with serving(port) as site:
            django.setup()
            addresses = states()
            findings = nu(tools, site, addresses, Path(folder))
            say(f"Nu HTML checker: {len(addresses)} pages, {len(findings)} findings")
            for finding in findings:
                say(f"  {finding}")
            weigh(site)
            for name in ("home", "article", "thread", "questions", "ask", "private link", "help"):
                for preset in ("mobile", "desktop"):
                    say(f"{name:13} {preset:8} {lighthouse(tools, site + addresses[name], preset, Path(folder))}")


@contextmanager
def serving(port: str) -> Iterator[str]:
    command = [sys.executable, "manage.py", "run"]
    server = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL, start_new_session=True)
    site = f"http://127.0.0.1:{port}"
    try:
        for _ in range(300):
            try:
                urllib.request.urlopen(f"{site}/healthz", timeout=2)
                break
            except OSError:
                time.sleep(0.2)
        yield site
    finally:
        server.terminate()
        server.wait()


def states() -> dict[str, str]:
    """The addresses of every page, and of questions in every state."""
    from comments.models import Comment
    from comments.reader_models import Situation

    close()
    thread = Comment.objects.roots().exclude(answered_at=None).order_by("pk")[:1].get()
    return {
        "home": "/",
        "article": ARTICLE,
        "article without questions": "/how-to-move-on/",
        "closed": "/closed/",
        "thread": f"/questions/{thread.pk}/",
        "thread with a removed comment": f"/questions/{question_with_removed().pk}/",
        "questions": "/questions/",
        "questions, none": "/questions/?q=xyzzy",
        "questions, found": "/questions/?q=friends&answered=1",
        "search": "/search/?q=friends",
        "search, empty": "/search/",
        "situations": "/situations/",
        "situation": Situation.objects.order_by("pk")[:1].get().get_absolute_url(),
        "ask": f"/comments/{thread.pk}/reply/",
        "report": f"/comments/{thread.pk}/report/",
        "help": "/help/",
        "guidelines": "/guidelines/",
        "privacy": "/privacy/",
        "lost link": "/q/",
        "link asked for": "/q/asked/",
        "sent": "/q/sent/",
        "erased": "/q/erased/",
        "unknown link": "/q/nobody/",
        "not found": "/nowhere/",
        **private_links(),
    }


def private_links() -> dict[str, str]:
    """The private pages of questions in every state, and of what can be done there."""
    from comments import links, moderation

    waiting, answered, public, withdrawn, trashed = (ask(f"Should I write to her? ({n})") for n in range(5))
    moderation.answer(answered, by=sarah(), body="Not yet. Give it **a month**.", at=a_month_ago())
    moderation.approve(public, by=sarah())
    moderation.withdraw(withdrawn)
    moderation.trash(trashed, by=sarah())
    return {
        "private link": links.mint(waiting),
        "private link, answered": links.mint(answered),
        "private link, public": links.mint(public),
        "private link, withdrawn": links.mint(withdrawn),
        "private link, trashed": links.mint(trashed),
        "private link, erase": f"{links.mint(waiting)}erase/",
        "private link, change": f"{links.mint(waiting)}change/",
        "private link, add": f"{links.mint(public)}add/",
        "private link, how it went": f"{links.mint(answered)}how-it-went/",
    }


def question_with_removed() -> "Comment":
    """A public question without an answer, where replies stand below a comment that was taken down."""
    from comments import moderation

    question = ask("A public question, by somebody with a very long name.", name="W" * 60)
    moderation.approve(question, by=sarah())
    removed = ask("To be removed.", parent=question.pk)
    moderation.approve(removed, by=sarah())
    for name in ("Bea", "Cem"):
        moderation.approve(ask(f"I reply, says {name}.", name, removed.pk), by=sarah())
    moderation.trash(removed, by=sarah())
    return question


def close() -> None:
    """Publish an article that takes no questions."""
    from advice.models import Article

    at, author = a_month_ago(), sarah()
    closed = Article(title="Closed", slug="closed", body="Words.", author=author, published_at=at, updated_at=at)
    closed.comments_open = False
    closed.render()
    closed.save(force_insert=True)


def ask(body: str, name: str = "Robin", parent: int | None = None) -> "Comment":
    from advice.models import Article
    from comments import posting
    from comments.screening import Submission

    article = Article.objects.get(slug=ARTICLE.strip("/"))
    return posting.post(Submission(article.pk, parent, name, "", body)).comment


def sarah() -> "User":
    from django.contrib.auth.models import User

    return User.objects.get(username="sarah")


def a_month_ago() -> datetime:
    return datetime.now(UTC) - timedelta(days=30)


def nu(tools: Path, site: str, addresses: dict[str, str], folder: Path) -> list[str]:
    """What the Nu HTML checker says of each page as served."""
    pages = folder / "pages"
    pages.mkdir()
    for number, address in enumerate(addresses.values()):
        try:
            html = urllib.request.urlopen(site + address, timeout=20).read()
        except urllib.error.HTTPError as error:
            html = error.read()
        (pages / f"{number:02}.html").write_bytes(html)
    jar = tools / "node_modules/vnu-jar/build/dist/vnu.jar"
    command = ["java", "-jar", str(jar), "--format", "json", "--stdout", "--exit-zero-always", str(pages)]
    told = json.loads(subprocess.run(command, check=True, capture_output=True).stdout)
    names = list(addresses)
    return [
        f"{names[int(Path(message['url']).stem)]}: {message['message']} ({message.get('extract', '').strip()[:100]})"
        for message in told["messages"]
    ]


def weigh(site: str) -> None:
    """What an article's page makes the browser fetch, as Chromium's network log has it."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS.split()[1:])
        context = browser.new_context(viewport={"width": 360, "height": 740})
        page = context.new_page()
        seen = []
        page.on("requestfinished", lambda request: seen.append(request))
        page.goto(site + ARTICLE, wait_until="networkidle")
        kinds: dict[str, int] = {}
        for request in seen:
            kinds[request.resource_type] = kinds.get(request.resource_type, 0) + request.sizes()["responseBodySize"]
        foreign = [request.url for request in seen if not request.url.startswith((site, "data:"))]
        say(f"article: {len(seen)} requests, bytes as sent {kinds}, {sum(kinds.values()):,} in all")
        say(f"article: {len(foreign)} foreign requests, {len(context.cookies())} cookies")
        browser.close()


def lighthouse(tools: Path, address: str, preset: str, folder: Path) -> str:
    """Performance as the median of five; the other scores, and what cost points, of the last run."""
    scores = []
    for _ in range(RUNS):
        out = folder / "lighthouse.json"
        command = [
            *("node", str(tools / "node_modules/lighthouse/cli/index.js"), address, "--quiet", "--output=json"),
            *(f"--output-path={out}", f"--chrome-flags={FLAGS}"),
            *(["--preset=desktop"] if preset == "desktop" else []),
        ]
        environment = {**os.environ, "CHROME_PATH": CHROMIUM}
        for last in (False, True):  # Lighthouse loses its browser now and then: once more
            done = subprocess.run(command, check=last, capture_output=True, env=environment)
            if done.returncode == 0:
                break
        told = json.loads(out.read_text())
        scores.append([round((told["categories"][name]["score"] or 0) * 100) for name in SCORES])
    lost = [
        audit["id"]
        for name in SCORES
        for ref in told["categories"][name]["auditRefs"]
        if ref["weight"] and (audit := told["audits"][ref["id"]])["score"] not in (None, 1)
    ]
    performance = [run[0] for run in scores]
    rest = "/".join(str(score) for score in scores[-1][1:])
    return f"{statistics.median(performance):g} of {performance} / {rest}  {' '.join(lost)}"


def say(text: str) -> None:
    print(text, flush=True)  # noqa: T201


if __name__ == "__main__":
    main(Path(sys.argv[1]))
