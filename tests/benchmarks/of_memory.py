"""Memory of one web process after 0, 1,000 and 10,000 requests for many different pages of the largest site."""

import http.client
import random
import threading
from pathlib import Path
from typing import Any

from tests.benchmarks import of_pages, serving
from tests.benchmarks.sites import Site

REQUESTS = (0, 1_000, 10_000)
CLIENTS = 4
SELDOM = 10  # one request of these is for any page, the others for an article's


def measure(sites: list[Site]) -> dict[str, Any]:
    """MiB, by how many requests there were."""
    site, found = sites[-1], {}
    with of_pages.asking(site) as asker:
        pages = {name: path for name, (_, path, is_desk) in asker.pages.items() if not is_desk}
    articles = [path for name, path in pages.items() if "article" in name or "its " in name]
    dice, there = random.Random(1), 0
    with serving.served(site, GRANIAN_WORKERS="1") as port:
        for number in REQUESTS:
            kinds = [articles if dice.randrange(SELDOM) else list(pages.values()) for _ in range(number - there)]
            ask(port, [dice.choice(kind) for kind in kinds])
            there = number
            found[str(number)] = max(resident(pid) for pid in processes(port)) / 2**20
    return found


def ask(port: int, paths: list[str]) -> None:
    def some(number: int) -> None:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        for path in paths[number::CLIENTS]:
            connection.request("GET", path, headers={"Accept-Encoding": "br"})
            connection.getresponse().read()
        connection.close()

    clients = [threading.Thread(target=some, args=(number,)) for number in range(CLIENTS)]
    for client in clients:
        client.start()
    for client in clients:
        client.join()


def processes(port: int) -> list[int]:
    """Granian's, by what they have in their environment; the worker among them is the largest."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            variables = (folder / "environ").read_bytes().split(b"\0")
            command = (folder / "cmdline").read_bytes()
        except OSError:
            continue  # it ended
        if f"PORT={port}".encode() in variables and b"GRANIAN_WORKERS=1" in variables and b"manage.py" not in command:
            found.append(int(folder.name))
    return found


def resident(pid: int) -> int:
    lines = (Path("/proc") / str(pid) / "status").read_text().splitlines()
    return next((int(line.split()[1]) * 1_024 for line in lines if line.startswith("VmRSS")), 0)
