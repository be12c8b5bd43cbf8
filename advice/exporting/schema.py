"""The schema as docs/export.md has it, made of `tables` and of the models: `manage.py export --schema`."""

from collections.abc import Iterator

from .tables import LEFT_OUT, TABLES, Table
from .values import Column, columns


def markdown() -> str:
    """A table for each type of lines, and what is in no export."""
    return "\n".join(["## Types", "", *(line for table in TABLES for line in _type(table)), *_left_out()]) + "\n"


def _type(table: Table) -> Iterator[str]:
    only = f" Only with `--private`: {table.why}." if table.is_private else ""
    yield from (f"### {table.type}", "")
    if only:
        yield from (only.strip(), "")
    elif table.private:
        yield from (f"**Private** ones are there with `--private` alone: {table.why}.", "")
    yield from ("| key | is | |", "| --- | --- | --- |")
    for column in columns(table, private=True):
        yield f"| `{column.name}` | {_kind(column)} | {_remark(table, column)} |"
    yield ""
    if table.left_out:
        told = "; ".join(f"`{name}` ({why})" for name, why in table.left_out.items())
        yield from (f"Left out: {told}.", "")


def _kind(column: Column) -> str:
    kind = column.kind
    if column.target:
        kind = f"list of → {column.target}" if column.is_many else f"→ {column.target}"
    elif kind in ("numbers", "texts", "roles"):
        kind = f"list of {kind}"
    choices = f": {', '.join(map(_choice, column.choices))}" if column.choices else ""
    return f"{kind}{choices}{' or null' if column.null else ''}"


def _choice(value: str) -> str:
    return f"`{value}`"


def _remark(table: Table, column: Column) -> str:
    if column.name in table.unseen:
        return "empty where readers do not see it, without `--private`"
    return "**private**" if table.open and column.name in table.private else ""


def _left_out() -> Iterator[str]:
    yield from ("## In no export", "", "| rows | because |", "| --- | --- |")
    for name, why in LEFT_OUT.items():
        yield f"| {name} | {why} |"
    yield "| sessions, the admin's own log, permissions | of the program, or of one moment |"
