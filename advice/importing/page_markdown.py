"""A copied article, which has lost its markup, as Markdown: what is a heading or a list is told by how it looks."""

import re
from datetime import datetime
from itertools import pairwise

from comments import markup

from .page_lines import Line
from .page_owner import Said

HEADING = 100  # characters at most
QUESTION = 60  # of a heading that asks
MENU = 200  # blocks above the title that are looked through for it

_SENTENCE = re.compile(r"[.!:;,…]['\"’”)]?$")
_MARKDOWN_HEADING = re.compile(r"(#{1,6}) +(\S.*)")
_BULLET = re.compile(r"[•·▪‣◦*–-] +(\S.*)")
_NUMBERED = re.compile(r"(\d{1,3})[.)] +(\S.*)")
_ADDRESS = re.compile(r"(https?://[^\s<>]+[^\s<>.,;:!?'\"’”)\]])")
_BYLINE = re.compile(
    r"(?:by|von|posted|published|last updated|updated|written by|veröffentlicht)\b.{0,100}|leave a comment.{0,100}|"
    r"skip to content",
    re.IGNORECASE,
)

Block = list[str]  # its lines


def article(lines: list[Line], said: Said) -> tuple[str, str, datetime | None]:
    """Title (or ""), Markdown, and the date where one stands below the title. Raises Unreadable where its order is
    unclear."""
    blocks = _blocks(lines)
    title = ""
    if said.title:
        blocks = _below(blocks, said.title)
    elif len(blocks) > 1 and _is_heading(blocks[0]):
        title, blocks = _without_marks(blocks[0][0]), blocks[1:]
    blocks, published = _without_byline(blocks, said)
    following = [*blocks[1:], None]
    return (
        title,
        "\n\n".join(_markdown(block, after) for block, after in zip(blocks, following, strict=True)),
        published,
    )


def _blocks(lines: list[Line]) -> list[Block]:
    """Paragraphs: parted by blank lines or, where the text has none, lines."""
    has_blanks = any(line.is_after_blank for line in lines[1:])
    blocks: list[Block] = []
    for line in lines:
        if not blocks or line.is_after_blank or not has_blanks:
            blocks.append([])
        blocks[-1].append(line.text)
    return blocks


def _below(blocks: list[Block], title: str) -> list[Block]:
    """Without what is above the title, which is the page's menu, and without the title itself."""
    wanted = " ".join(title.casefold().split())
    for number, block in enumerate(blocks[:MENU]):
        if " ".join(_without_marks(" ".join(block)).casefold().split()) == wanted:
            return blocks[number + 1 :]
    return blocks


def _without_byline(blocks: list[Block], said: Said) -> tuple[list[Block], datetime | None]:
    published = None
    for number, block in enumerate(blocks):
        text = " ".join(block)
        moment = said.reading.human(text) if len(text) <= HEADING and not _SENTENCE.search(text) else None
        if not moment and not (len(text) <= HEADING and _BYLINE.fullmatch(text)):
            return blocks[number:], published
        published = published or moment
    return [], published


def _is_heading(block: Block) -> bool:
    text = block[0]
    longest = QUESTION if text.endswith("?") else HEADING
    return len(block) == 1 and len(text) <= longest and not _SENTENCE.search(text) and text[:1].isalnum()


def _without_marks(text: str) -> str:
    found = _MARKDOWN_HEADING.fullmatch(text)
    return found[2] if found else text


def _markdown(block: Block, following: Block | None) -> str:
    """A heading has text below it; a last short line is a sentence."""
    if len(block) == 1 and (marked := _MARKDOWN_HEADING.fullmatch(block[0])):
        return f"{marked[1]} {_literal(marked[2])}"
    if following is not None and _is_heading(block) and not _NUMBERED.fullmatch(block[0]):
        return f"## {_literal(block[0])}"
    written = list(map(_line, block))
    for number, (before, line) in enumerate(pairwise(block), 1):
        if _is_item(line) and not _is_item(before):  # Markdown lets no numbered list interrupt a paragraph
            written[number] = f"\n{written[number]}"
    return "\n".join(written)


def _is_item(line: str) -> bool:
    return _BULLET.fullmatch(line) is not None or _NUMBERED.fullmatch(line) is not None


def _line(text: str) -> str:
    if bullet := _BULLET.fullmatch(text):
        return f"- {_literal(bullet[1])}"
    if numbered := _NUMBERED.fullmatch(text):
        return f"{numbered[1]}. {_literal(numbered[2])}"
    return _literal(text)


def _literal(text: str) -> str:
    """As it is read, not as Markdown; addresses are links."""
    parts = _ADDRESS.split(text)
    return "".join(f"<{part}>" if number % 2 else markup.literal(part) for number, part in enumerate(parts))
