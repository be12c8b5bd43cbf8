"""BUCKET_URL: a bucket of an S3 service for pictures' files, as an entry of Django's STORAGES.

Its messages never repeat it: it holds a secret key.
"""

from importlib.util import find_spec
from typing import Any
from urllib.parse import SplitResult, parse_qs, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured

SCHEMES = {"s3": "https", "s3+http": "http"}
FORM = "s3://KEY:SECRET@server/bucket?region=REGION, with %-codes for /, ?, #, @, : and % in the secret"
NEEDED = ("boto3", "storages")
INSTALL = "pip install --require-hashes -r requirements-s3.txt"


def read(url: str) -> dict[str, Any]:
    """What this BUCKET_URL says. Raises ImproperlyConfigured, which names the form that it should have."""
    if url.split(":", 1)[0].lower() not in SCHEMES:
        raise ImproperlyConfigured(f"BUCKET_URL must begin with one of {', '.join(f'{name}://' for name in SCHEMES)}.")
    try:
        options = _options(urlsplit(url))
    except ValueError:
        raise ImproperlyConfigured(f"BUCKET_URL must have this form: {FORM}.") from None
    if not all(map(find_spec, NEEDED)):
        raise ImproperlyConfigured(f"BUCKET_URL needs django-storages with boto3, which is not installed: {INSTALL}")
    return {"BACKEND": "advice.bucket.Bucket", "OPTIONS": options}


def _options(url: SplitResult) -> dict[str, Any]:
    """Without a server it is Amazon's, without a key what the machine itself may do there."""
    bucket, _, folder = unquote(url.path).strip("/").partition("/")
    region = parse_qs(url.query, strict_parsing=bool(url.query))
    if not bucket or url.fragment or set(region) - {"region"} or bool(url.username) != bool(url.password):
        raise ValueError
    port = f":{url.port}" if url.port else ""
    host = f"[{url.hostname}]" if url.hostname and ":" in url.hostname else url.hostname
    return {
        "bucket_name": bucket,
        "location": folder,
        "endpoint_url": f"{SCHEMES[url.scheme]}://{host}{port}" if host else None,
        "region_name": region.get("region", [None])[0],
        "access_key": unquote(url.username) if url.username else None,
        "secret_key": unquote(url.password) if url.password else None,
    }
