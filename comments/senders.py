"""Who mails are from: DEFAULT_FROM_EMAIL, as readers see it; EMAIL_BOUNCES_TO, where it is set, gets what comes back.

Django takes a mail's `from_email` for the envelope (RFC 5321, MAIL FROM), and for its head unless that has a From.
"""

from django.conf import settings


def envelope() -> str:
    return settings.EMAIL_BOUNCES_TO or settings.DEFAULT_FROM_EMAIL


def headers() -> dict[str, str]:
    return {"From": settings.DEFAULT_FROM_EMAIL} if settings.EMAIL_BOUNCES_TO else {}
