"""Long lists in the admin at the same cost however long they are: counted and leafed through as far as MOST, and words
are looked for among the newest LOOKED_THROUGH. What lies beyond comes up by filters, or as the newer is dealt with.
"""

from typing import Any

from django.contrib import admin
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.functional import cached_property

MOST = 1_000
LOOKED_THROUGH = 20_000


class FirstRows(Paginator):  # type: ignore[type-arg]  # not subscriptable when it runs
    """The first MOST rows; `has_more` where there are others."""

    @cached_property
    def count(self) -> int:
        return min(self._found, MOST)

    def page(self, number: Any) -> Any:
        """The page's rows are found first and then read: SQLite would read all of an article's for the join."""
        rows: Any = self.object_list
        start = (self.validate_number(number) - 1) * self.per_page
        shown = rows.select_related(None).values("pk")[start : start + self.per_page]
        return self._get_page(rows.filter(pk__in=shown), number, self)  # type: ignore[attr-defined]  # Django's hook

    @property
    def has_more(self) -> bool:
        return self._found > MOST

    @cached_property
    def _found(self) -> int:
        rows: Any = self.object_list
        return int(rows.order_by().values("pk")[: MOST + 1].count())


class Bounded(admin.ModelAdmin):  # type: ignore[type-arg]
    """For rows that grow with the site."""

    paginator = FirstRows
    list_per_page = 50
    list_max_show_all = 200
    show_full_result_count = False

    def get_search_results(self, request: HttpRequest, queryset: Any, search_term: str) -> tuple[Any, bool]:
        if search_term.strip():
            newest = queryset.order_by("-pk").values("pk")[:LOOKED_THROUGH]
            queryset = queryset.filter(pk__in=newest)
        return super().get_search_results(request, queryset, search_term)

    def response_action(self, request: HttpRequest, queryset: QuerySet[Any]) -> Any:  # type: ignore[override]
        """What “Select all” selects is what the list tells: nobody has seen how many there are beyond."""
        if request.POST.get("select_across", "0") != "0":
            queryset = queryset.filter(pk__in=queryset.values("pk")[:MOST])
        return super().response_action(request, queryset)
