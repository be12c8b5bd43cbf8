"""The catalogues in locale/, and the words in the source that they have to translate.

A message is known by its key, as in compiled catalogues: its (singular) words, after a context where it has one.
"""

import ast
import gettext
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import django
from django.template import Template, engines
from django.templatetags.i18n import BlockTranslateNode, TranslateNode

ROOT = Path(__file__).resolve().parent.parent
SHIPPED = sorted(path.parents[1].name for path in ROOT.glob("locale/*/LC_MESSAGES/django.po"))
GETTEXT = {"_", "gettext", "gettext_lazy", "ngettext", "ngettext_lazy"}  # by the names that our modules give them
FIELD = re.compile(r'^(msg[a-z_]+)(?:\[\d\])? ((?:".*"\n)+)', re.MULTILINE)


class Entry(NamedTuple):
    """What a translator was given, and wrote: one translation, or one for each plural form."""

    words: str
    plural: str
    translations: list[str]
    is_fuzzy: bool


def key(words: str, context: str | None = None) -> str:
    return f"{context}\x04{words}" if context else words


def written(language: str) -> dict[str, Entry]:
    """The .po file, without its header."""
    found = {}
    for block in (_folder(language) / "django.po").read_text(encoding="utf-8").strip().split("\n\n")[1:]:
        fields: dict[str, list[str]] = {}
        for name, lines in FIELD.findall(block + "\n"):
            fields.setdefault(name, []).append("".join(map(ast.literal_eval, lines.splitlines())))
        words, plural, context = (fields.get(name, [""])[0] for name in ("msgid", "msgid_plural", "msgctxt"))
        is_fuzzy = bool(re.search("^#,.*fuzzy", block, re.MULTILINE))
        found[key(words, context)] = Entry(words, plural, fields["msgstr"], is_fuzzy)
    return found


def compiled(language: str) -> dict[str, list[str]]:
    """The .mo file, which is what the site reads, without its header."""
    return _compiled(_folder(language) / "django.mo")


@cache
def of_django(language: str) -> set[str]:
    """What Django itself says in this language."""
    path = f"**/locale/{language}/LC_MESSAGES/django.mo"
    return {word for file in Path(django.__file__).parent.glob(path) for word in _compiled(file)}


@cache
def marked() -> set[str]:
    """Every message that our modules and the templates for readers mark for translation."""
    modules = [path for app in ("advice", "comments") for path in (ROOT / app).rglob("*.py")]
    templates = [path for path in (ROOT / "templates").rglob("*") if path.is_file() and "admin" not in path.parts]
    return {word for path in modules for word in _in_module(path)} | {
        word for path in templates for word in _in_template(path)
    }


def _folder(language: str) -> Path:
    return ROOT / "locale" / language / "LC_MESSAGES"


def _compiled(path: Path) -> dict[str, list[str]]:
    with path.open("rb") as file:
        catalogue = vars(gettext.GNUTranslations(file))["_catalog"]
    found: dict[str, list[str]] = {}
    for name, translation in sorted(catalogue.items(), key=str):  # (words, number of the form) where there are forms
        found.setdefault(name if isinstance(name, str) else name[0], []).append(translation)
    found.pop("", None)
    return found


def _in_module(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in GETTEXT:
            yield ast.literal_eval(node.args[0])


def _in_template(path: Path) -> Iterator[str]:
    nodes: Any = Template(path.read_text(encoding="utf-8"), engine=engines["django"].engine).nodelist
    for node in nodes.get_nodes_by_type(TranslateNode):
        yield key(node.filter_expression.var.literal, _context(node))
    for node in nodes.get_nodes_by_type(BlockTranslateNode):
        yield key(node.render_token_list(node.singular)[0], _context(node))


def _context(node: Any) -> str | None:
    return node.message_context and node.message_context.resolve({})
