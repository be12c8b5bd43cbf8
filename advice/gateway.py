"""The WSGI application: kept pages at once, all else through Django. Importing it changes nothing in its process."""

import os
import re
from collections.abc import Callable, Iterable
from typing import Any

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "advice.settings")
_django = get_wsgi_application()

from advice import fast_path  # noqa: E402 - its models need a Django that is set up

_BOUNDARY = re.compile(r'boundary=(?:"[^"]{1,200}"|[^\s;"]{1,200})', re.IGNORECASE)


def application(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    if (page := fast_path.answer(environ, start_response)) is not None:
        return page
    environ["CONTENT_TYPE"] = plain_content_type(environ.get("CONTENT_TYPE", ""))
    return _django(environ, start_response)


def plain_content_type(header: str) -> str:
    """The type and, of its parameters, the boundary: texts are UTF-8, whatever else is claimed.

    Django takes a charset for addresses and forms as it stands, and of those that Python knows some only raise errors
    (punycode, undefined); it fails over others before any of our code runs.
    """
    kind, _, parameters = header.partition(";")
    boundary = _BOUNDARY.search(parameters)
    return f"{kind}; {boundary[0]}" if boundary else kind
