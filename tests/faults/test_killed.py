"""The fault that is most likely on any site, in its short form; `make faults` has all of them."""

import time
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from comments import checking
from comments.models import Comment
from tests.faults.drivers import Crowd
from tests.faults.site import Site
from tests.faults.striking import until

pytestmark = [pytest.mark.hammer, pytest.mark.django_db(transaction=True)]


def test_a_web_process_killed_among_posts_loses_and_doubles_nothing(
    article: Any, site_environment: dict[str, str], tmp_path: Path
) -> None:
    database = {"DATABASE_URL": site_environment["DATABASE_URL"]}
    site = Site(tmp_path / "var", tmp_path / "log", also=database, path=article.get_absolute_url())
    site.folder.mkdir()
    site.start(mail=False)
    try:
        with Crowd(site) as crowd:
            until(lambda: len(crowd.acknowledged) > 3)
            for process in site.workers():
                process.kill()
            killed = time.monotonic()
            until(lambda: crowd.is_well(killed))
    finally:
        site.stop()
    found = Counter(Comment.objects.values_list("body", flat=True))
    assert (crowd.lost(found), crowd.doubled(found)) == (0, 0)
    assert checking.check().damages == []
