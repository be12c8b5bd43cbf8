"""The owner's colour, as `/theme.css`: as it was chosen where it can be read, else as near to it as reading allows."""

import colorsys
import functools
import re
from dataclasses import dataclass
from pathlib import Path

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from . import identity

DESIGN = Path(__file__).resolve().parent / "static" / "advice" / "css" / "base.css"
GROUND = re.compile(r"--(?:paper|raised|sunken|warm): (#[0-9a-f]{6})")
TEXT = 4.5  # WCAG 2.2, 1.4.3 (AA): text on its ground
MORE = 7.0  # 1.4.6 (AAA): for who asks their system for more contrast
STEP = 0.01  # of lightness
HOVER = 0.1


@dataclass(frozen=True, slots=True)
class Colours:
    """What takes the place of the design's own: links and buttons, the same below the pointer, and words on buttons."""

    accent: str
    strong: str
    on_accent: str


@require_safe
def stylesheet(request: HttpRequest) -> HttpResponse:
    """Empty where the owner chose no colour."""
    return HttpResponse(css(identity.current().accent), content_type="text/css; charset=utf-8")


def css(accent: str) -> str:
    """Rules outside all layers, which win over the design's; on paper its black stays."""
    if not accent:
        return ""
    return "".join(
        f"@media screen{query} {{ :root {{ --accent: {made.accent}; --accent-strong: {made.strong}; "
        f"--on-accent: {made.on_accent}; }} }}\n"
        for query, made in (
            ("", on_light(accent)),
            (" and (prefers-color-scheme: dark)", on_dark(accent)),
            (" and (prefers-contrast: more)", on_light(accent, MORE)),
            (" and (prefers-color-scheme: dark) and (prefers-contrast: more)", on_dark(accent, MORE)),
        )
    )


def on_light(accent: str, ratio: float = TEXT) -> Colours:
    readable = _readable(accent, _grounds()[0], ratio, -STEP)
    return Colours(readable, _lighter(readable, -HOVER), "#ffffff")


def on_dark(accent: str, ratio: float = TEXT) -> Colours:
    grounds = _grounds()[1]
    readable = _readable(accent, grounds, ratio, STEP)
    return Colours(readable, _lighter(readable, HOVER), grounds[0])


def lowest_contrast(colour: str, *, dark: bool) -> float:
    """Against the ground it is hardest to read on."""
    return _lowest(colour, _grounds()[dark])


def contrast(one: str, other: str) -> float:
    """From 1 (the same) to 21 (black on white): WCAG 2.2, https://www.w3.org/TR/WCAG22/#dfn-contrast-ratio"""
    lighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(colour: str) -> float:
    """https://www.w3.org/TR/WCAG22/#dfn-relative-luminance"""
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in _rgb(colour))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@functools.cache
def _grounds() -> tuple[list[str], list[str]]:
    """What text stands on in the design, light and dark: read from its style sheet, so that there is one truth."""
    light, _, dark = DESIGN.read_text(encoding="utf-8").partition("prefers-color-scheme: dark")
    return GROUND.findall(light), GROUND.findall(dark)


def _readable(colour: str, grounds: list[str], ratio: float, step: float) -> str:
    """The colour, or the nearest lightness of it that has this contrast to all grounds; black or white has."""
    shown = colour
    for steps in range(round(1 / STEP) + 1):
        shown = _lighter(colour, steps * step) if steps else colour
        if _lowest(shown, grounds) >= ratio:
            break
    return shown


def _lowest(colour: str, grounds: list[str]) -> float:
    return min(contrast(colour, ground) for ground in grounds)


def _lighter(colour: str, by: float) -> str:
    hue, lightness, saturation = colorsys.rgb_to_hls(*_rgb(colour))
    made = colorsys.hls_to_rgb(hue, min(1.0, max(0.0, lightness + by)), saturation)
    return "#" + "".join(f"{round(part * 255):02x}" for part in made)


def _rgb(colour: str) -> tuple[float, float, float]:
    red, green, blue = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    return red, green, blue
