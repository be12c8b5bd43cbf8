"""The site as if every page were asked for the first time: `DJANGO_SETTINGS_MODULE=tests.benchmarks.uncached`."""

from advice.settings import *  # noqa: F403

CACHES = {"default": {"BACKEND": "django.core.cache.backends.dummy.DummyCache"}}


def forget() -> None:
    """What this process has kept of pages."""
    from django.core.cache import cache

    cache.clear()
