"""Every page on which hostile texts stand is well-formed and holds nothing that they brought along."""

from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client

from tests.hostile import inert, strings, world
from tests.hostile.world import Site

pytestmark = pytest.mark.django_db

# Between them they make the site show all that it ever shows beside a text.
HARMLESS = [
    "Should I write to him?",
    "word " * 1_999,
    "First.\n\nThen https://a.example/ and [a link](https://b.example/ 'title').\nAnd *this*, **that**.",
    "## A heading\n\n# One\n\n- a list\n\n1. in order\n\n> said\n\n---\n\n```\ncode\n```\n\n`code`\n\n5. more",
    "ran away",
]

# And what the admin shows where there is more than one page; a link to where no browser could go has no address.
MORE = {
    ("a", "href", "role"),
    ("a", "href", "role", "title"),
    ("a", "rel"),
    ("mark",),  # around what a search found
    ("input", "checked", "data-context", "id", "name", "type", "value"),
    ("input", "data-context", "id", "name", "type", "value"),
}


def shown(site: Site, client: Client) -> dict[str, str]:
    """Each address and the page that is there."""
    addresses = [*site.filled(world.PUBLIC), *site.threads(), site.private, *site.filled(world.DESK)]
    pages = {address: client.get(address) for address in addresses}
    assert {address: page.status_code for address, page in pages.items() if page.status_code not in (200, 404)} == {}
    return {address: page.content.decode() for address, page in pages.items()}


def test_pages_hold_only_what_they_hold_with_harmless_texts(client: Client, admin_of: Any) -> None:
    known = MORE.union(*(inert.kinds(page) for page in shown(world.make(HARMLESS), client).values()))
    cache.clear()
    hostile = shown(world.make(strings.TRIED), client)
    wrong = {address: found for address, page in hostile.items() if (found := inert.faults(page, known))}
    assert wrong == {}
