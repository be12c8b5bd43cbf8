"""One of those who post at once: `senders.py PORT SLUG SECONDS SEED PARENTS`; PARENTS is a JSON list of pks, null for a
question. Prints what came back: a JSON list of [status, milliseconds].
"""

import http.client
import json
import random
import sys
import time
from pathlib import Path
from urllib.parse import urlencode

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from tests.benchmarks.flood import WORDS  # noqa: E402


def main(port: int, slug: str, seconds: float, seed: int, parents: list[int | None]) -> None:
    dice, answers = random.Random(seed), list[tuple[int, float]]()
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        words = " ".join(dice.choices(WORDS, k=40))
        fields = {
            "name": f"Sender {seed}", "email": "", "body": f"{words} {dice.random()}?", "website": "",
            "parent": dice.choice(parents) or "",
        }  # fmt: skip
        since = time.perf_counter()
        connection.request(
            "POST", f"/{slug}/comments/", urlencode(fields), {"Content-Type": "application/x-www-form-urlencoded"}
        )
        response = connection.getresponse()
        response.read()
        answers.append((response.status, (time.perf_counter() - since) * 1_000))
    sys.stdout.write(json.dumps(answers))


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2], float(sys.argv[3]), int(sys.argv[4]), json.loads(sys.argv[5]))
