"""Pictures in articles' texts: ours in the width that fits the screen, others in words."""

import html
import re
from urllib.parse import urlsplit

from django.conf import settings
from django.utils.html import format_html
from django.utils.translation import gettext as _

from .site_models import Picture

# As the sanitiser writes them: attributes in double quotes, which are escaped inside.
IMAGE = re.compile(r'<img((?:\s+[\w-]+="[^"]*")*)\s*/?>')
ATTRIBUTE = re.compile(r'(?<![\w-])([\w-]+)="([^"]*)"')
OURS = re.compile(r"/media/pictures/([0-9a-f]{32})-[1-9][0-9]{0,3}\.webp")
BRACKET = re.compile(r"[\[\]\\]")
SIZES = "(min-width: 44rem) 40rem, 92vw"  # the column of text; base.css has its measure and gutter


def illustrated(text: str) -> str:
    """Sanitised HTML with each picture of ours at all its widths, in one query at most.

    A picture from elsewhere could not load (readers' addresses stay here: img-src 'self'), so its description stands
    in its place; where it has none, it was an ornament and goes.
    """
    names = set(OURS.findall(text))
    found = {picture.name: picture for picture in Picture.objects.filter(name__in=names)} if names else {}
    return IMAGE.sub(lambda match: _shown(match[1], found), text)


def markdown(picture: Picture) -> str:
    """The picture as it is pasted into an article's text."""
    description = BRACKET.sub(r"\\\g<0>", picture.description)
    return f"![{description}]({picture.src})"


def _shown(attributes: str, found: dict[str, Picture]) -> str:
    given = {name: html.unescape(value) for name, value in ATTRIBUTE.findall(attributes)}
    alt = given.get("alt", "").strip()
    match = OURS.fullmatch(_path(given.get("src", "")))
    picture = found.get(match[1]) if match else None
    if picture is None:
        return format_html('<span class="no-picture">{}</span>', _("Picture: %(what)s") % {"what": alt}) if alt else ""
    width = picture.fitting(960)
    return format_html(
        '<img src="{}" srcset="{}" sizes="{}" width="{}" height="{}" alt="{}" loading="lazy" decoding="async">',
        *(picture.src, picture.srcset, SIZES, width, picture.height_at(width), alt or picture.description),
    )


def _path(address: str) -> str:
    """The path of an address on this site, with or without our host; "" for any other."""
    ours = address.removeprefix(settings.SITE_URL)
    return ours if ours.startswith("/") and not urlsplit(ours).netloc else ""
