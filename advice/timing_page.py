"""Where a moderator gets at what a page costs the server."""

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import Resolver404, resolve, reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_safe

from comments.models import Comment

from . import timing
from .models import Article

LONGEST = 500  # characters of an address


@require_safe
def pages(request: HttpRequest) -> HttpResponse:
    """The pages worth a look, and a box for any other; each opens with its cost in the answer's `Server-Timing`."""
    wanted = request.GET.get("path", "").strip()
    if wanted and _is_ours(wanted):
        return redirect(_timed(wanted))
    context = {
        **admin.site.each_context(request),
        "title": "What a page costs",
        "pages": [(name, path, _timed(path)) for name, path in _usual()],
        "wanted": wanted,
    }
    return render(request, "admin/timing.html", context, status=400 if wanted else 200)


def _usual() -> list[tuple[str, str]]:
    found = [("The first page", reverse("home")), ("All questions", reverse("comments:questions"))]
    if article := Article.objects.published().order_by("-published_at").first():
        found.insert(1, ("The newest article", article.get_absolute_url()))
        question = Comment.objects.filter(article=article).roots().approved().order_by("-position").first()
        found += [("Its newest question", reverse("comments:thread", args=[question.pk]))] if question else []
    return found


def _is_ours(path: str) -> bool:
    if len(path) > LONGEST or not path.startswith("/") or not url_has_allowed_host_and_scheme(path, None):
        return False
    try:
        resolve(path.partition("?")[0].partition("#")[0])
    except Resolver404:
        return False
    return True


def _timed(path: str) -> str:
    address, _, fragment = path.partition("#")
    joined = "&" if "?" in address else "?"
    return f"{address}{joined}{timing.ASKED}={timing.word()}" + (f"#{fragment}" if fragment else "")
