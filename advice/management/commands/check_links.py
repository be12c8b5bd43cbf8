"""manage.py check_links: whether what was written here links to pages that are here."""

from typing import Any

from django.core.management.base import BaseCommand

from advice import link_checking, link_places
from comments import breakdowns


class Command(BaseCommand):
    help = (
        "Look for links within the site that lead nowhere, or to where something was: in articles, public answers, "
        "saved replies, the site's identity, its menu, situations, and the words for “answered elsewhere”. Nothing is "
        "fetched. The last line is 'N links, M dead, K moved'; the exit code is 1 if any is dead."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        total = dead = moved = 0
        with breakdowns.told("Not all links were looked at."):
            for link, found in link_checking.Checker().findings(link_places.links()):
                total += 1
                if found:
                    dead, moved = dead + found.is_dead, moved + (not found.is_dead)
                    why = f"dead: {found.why}" if found.is_dead else found.why
                    self.stdout.write(f"{link.place}: {link_checking.shown(link.address)} ({link_checking.shown(why)})")
        self.stdout.write(f"{total} links, {dead} dead, {moved} moved")
        if dead:
            raise SystemExit(1)
