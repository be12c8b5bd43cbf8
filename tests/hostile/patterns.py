"""Every regular expression of the project, and texts that are the worst for each, made from what it is looking for."""

import ast
import importlib
import pkgutil
import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from re import _constants as sre  # type: ignore[attr-defined]
from re import _parser as parser  # type: ignore[attr-defined]
from typing import Any

PACKAGES = ("advice", "comments")
AT_THE_BEGINNING = {"match", "fullmatch"}
ROOT = Path(__file__).resolve().parents[2]
FUNCTIONS = ("search", "match", "fullmatch", "sub", "subn", "split", "findall", "finditer")
OF_CATEGORY = {
    sre.CATEGORY_DIGIT: "0",
    sre.CATEGORY_NOT_DIGIT: "a",
    sre.CATEGORY_SPACE: " ",
    sre.CATEGORY_NOT_SPACE: "a",
    sre.CATEGORY_WORD: "a",
    sre.CATEGORY_NOT_WORD: "-",
}
ENDS = ("", "\x00", "\n", "é")  # after a repetition: what lets the match fail at the last moment


@dataclass(frozen=True)
class Use:
    """A pattern, where it is, and whether it looks through whole texts or only at their beginnings."""

    where: str
    pattern: re.Pattern[str]
    looks_through: bool

    def __call__(self, text: str) -> None:
        if self.looks_through:
            self.pattern.sub("", text)
        else:
            self.pattern.fullmatch(text)


def everywhere() -> list[Use]:
    """What modules hold, within dictionaries and lists too, and what stands in calls of `re`; each pattern once."""
    uses = {(use.pattern.pattern, use.pattern.flags, use.looks_through): use for use in [*_held(), *_called()]}
    return list(uses.values())


def texts_against(pattern: re.Pattern[str], length: int) -> Iterator[str]:
    """What it is looking for, its beginnings and its single characters, again and again, and then what it does not."""
    examples = {_example(parser.parse(pattern.pattern, pattern.flags), times) for times in (1, 2)}
    pieces = {example[:end] for example in examples for end in range(1, min(len(example), 24) + 1)}
    pieces |= {char for example in examples for char in example}
    for piece in sorted(pieces):
        for end in ENDS:
            yield (piece * (length // len(piece) + 1))[: length - len(end)] + end
    for example in sorted(filter(None, examples)):
        yield example[:1] * (length // 2) + example[-1:] * (length // 2)


def _held() -> Iterator[Use]:
    elsewhere = _calls(r"\b(\w+\.\w+)\.(\w+)\(", *_files())
    for module in _modules():
        own = _calls(r"(?<![\w.])(\w+)\.(\w+)\(", Path(str(module.__file__)))
        last = module.__name__.rpartition(".")[2]
        for name, value in vars(module).items():
            called = own[name] | elsewhere[f"{last}.{name}"]
            looks_through = not called or not AT_THE_BEGINNING.issuperset(called)
            for pattern in _within(value):
                yield Use(f"{module.__name__}.{name}", pattern, looks_through)


def _calls(pattern: str, *files: Path) -> defaultdict[str, set[str]]:
    """Of each name, the methods that are called."""
    calls: defaultdict[str, set[str]] = defaultdict(set)
    for file in files:
        for name, method in re.findall(pattern, file.read_text(encoding="utf-8")):
            calls[name].add(method)
    return calls


def _within(value: Any, depth: int = 0) -> Iterator[re.Pattern[str]]:
    if isinstance(value, re.Pattern) and isinstance(value.pattern, str):
        yield value
    elif isinstance(value, dict | list | tuple | set | frozenset) and depth < 3:
        for each in value.values() if isinstance(value, dict) else value:
            yield from _within(each, depth + 1)


def _called() -> Iterator[Use]:
    """With a pattern that stands there; those put together when they are needed are reached by what calls them."""
    for path in _files():
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and _is_of_re(node.func) and isinstance(node.args[0], ast.Constant):
                flags = re.IGNORECASE if "IGNORECASE" in ast.unparse(node) else 0
                looks_through = node.func.attr not in AT_THE_BEGINNING
                yield Use(f"{path.stem}:{node.lineno}", re.compile(node.args[0].value, flags), looks_through)


def _files() -> list[Path]:
    return [
        path
        for package in PACKAGES
        for path in sorted((ROOT / package).rglob("*.py"))
        if "migrations" not in path.parts
    ]


def _is_of_re(function: ast.expr) -> bool:
    is_attribute = isinstance(function, ast.Attribute) and isinstance(function.value, ast.Name)
    return is_attribute and function.value.id == "re" and function.attr in FUNCTIONS  # type: ignore[attr-defined]


def _modules() -> Iterator[Any]:
    for package in PACKAGES:
        top = importlib.import_module(package)
        for found in pkgutil.walk_packages(top.__path__, f"{package}."):
            if not any(part in found.name for part in (".migrations", ".wsgi", ".management")):
                yield importlib.import_module(found.name)


def _example(tree: Any, times: int) -> str:
    return "".join(_one(kind, argument, times) for kind, argument in tree)


def _one(kind: Any, argument: Any, times: int) -> str:
    if kind == sre.LITERAL:
        return chr(argument)
    if kind == sre.NOT_LITERAL:
        return "a" if argument != ord("a") else "b"
    if kind == sre.ANY:
        return "a"
    if kind == sre.IN:
        return _of_set(argument)
    if kind == sre.BRANCH:
        return _example(argument[1][(times - 1) % len(argument[1])], times)
    if kind == sre.SUBPATTERN:
        return _example(argument[3], times)
    if kind == sre.ATOMIC_GROUP:
        return _example(argument, times)
    if kind in (sre.MAX_REPEAT, sre.MIN_REPEAT, sre.POSSESSIVE_REPEAT):
        least, most, repeated = argument
        return _example(repeated, times) * max(least, min(times, int(most)))
    return ""  # places, and what only looks around


def _of_set(members: Any) -> str:
    if members[0][0] == sre.NEGATE:
        return next((char for char in "a -0" if not _holds(members, char)), "\u4e00")
    kind, argument = members[0]
    if kind == sre.RANGE:
        return chr(argument[0])
    return chr(argument) if kind == sre.LITERAL else OF_CATEGORY[argument]


def _holds(members: Any, char: str) -> bool:
    for kind, argument in members[1:]:
        if kind == sre.LITERAL and argument == ord(char):
            return True
        if kind == sre.RANGE and argument[0] <= ord(char) <= argument[1]:
            return True
        if kind == sre.CATEGORY and OF_CATEGORY[argument] == char:
            return True
    return False
