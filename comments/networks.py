"""Which network a request came from, as a keyed hash: enough to count its posts, not to find a person."""

import hashlib
import hmac
import ipaddress

from django.conf import settings
from django.http import HttpRequest


def network_of(request: HttpRequest) -> str:
    """32 hex digits, the same for the same network: an IPv4 address, or an IPv6 /64 (what one household gets)."""
    try:
        address = ipaddress.ip_address(request.META.get("REMOTE_ADDR", ""))
    except ValueError:
        return _hash("unknown")  # one for all of them: a limit that fails shut
    mapped = getattr(address, "ipv4_mapped", None)
    address = mapped or address
    prefix = 32 if address.version == 4 else 64
    network = ipaddress.ip_network((address, prefix), strict=False)
    return _hash(str(network))


def _hash(network: str) -> str:
    return hmac.new(settings.SECRET_KEY.encode(), f"network {network}".encode(), hashlib.sha256).hexdigest()[:32]
