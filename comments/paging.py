"""Lists in pages: the number that an address asks for, and the addresses of its neighbours."""

import re
from dataclasses import dataclass

from django.http import Http404, HttpRequest

NUMBER = re.compile(r"[1-9][0-9]{0,8}")


@dataclass(frozen=True, slots=True)
class Pages:
    """Where a page stands among those of its list; one that is not there is a 404, but an empty list has a first.

    `query` is what its address says beside the number.
    """

    number: int
    total: int
    query: str = ""

    def __post_init__(self) -> None:
        if self.number > max(1, self.total):
            raise Http404

    @property
    def previous(self) -> str:
        return self._address(self.number - 1) if self.number > 1 else ""

    @property
    def next(self) -> str:
        return self._address(self.number + 1) if self.number < self.total else ""

    def _address(self, number: int) -> str:
        page = f"page={number}" if number > 1 else ""
        return "?" + "&".join(filter(None, (self.query, page)))


def asked_number(request: HttpRequest) -> int:
    """The page that `?page=` names, 1 without it; 404 for what is no number as we write them."""
    text = request.GET.get("page", "1")
    if not NUMBER.fullmatch(text):
        raise Http404
    return int(text)
