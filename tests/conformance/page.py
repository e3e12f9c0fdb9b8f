"""`docs/operations.md`: what works, for somebody who wants to know before trying."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Any

from refusals import Refusal

INTRODUCTION = """\
# What works

The operations of each service that the emulator answers, with every input member that AWS's service
model has. This page is generated: a test asks a running emulator, compares it with the model, sends every
member that is refused, and fails if the page says otherwise (`tests/conformance/members.py`). An operation
that is not here answers 501 and its name.

- **applied**: it does what it does on AWS. The test beside it shows that: `kinesis::…` is in `kinesis.rs`
  of `tests/behaviour` or `tests/end_to_end`, `emulator_kinesis::…` in the crate `emulator/kinesis`.
- **only**: the values named are applied; any other is refused with the text beside it.
- **inert**: it is accepted, and there is nothing here that it could change.
- **refused**: whoever sends it gets this code and text. Nothing is accepted and forgotten.

What is said of a member holds for all below it, unless those have lines of their own.
"""

#: The order of the lines of an operation.
ORDER = ("applied", "only", "inert", "refused")


@dataclass(frozen=True)
class Row:
    """One member: what is declared, and how it was refused."""

    handling: dict[str, Any]
    refusal: Refusal | None


@dataclass(frozen=True)
class Service:
    """One service, under its full name."""

    name: str
    operations: dict[str, dict[str, Row]]


class Anchors:
    """What headings are linked by, in the order in which they stand on the page."""

    def __init__(self) -> None:
        self.seen: Counter[str] = Counter()

    def next(self, heading: str) -> str:
        """The anchor of the next heading; one that was there before gets a number, as on GitHub."""
        kept = (letter for letter in heading.lower() if letter.isalnum() or letter in " -_")
        anchor = "".join(kept).replace(" ", "-")
        times = self.seen[anchor]
        self.seen[anchor] += 1
        return f"{anchor}-{times}" if times else anchor


def render(services: list[Service]) -> str:
    """The whole page."""
    return "\n".join([INTRODUCTION, _overview(services), *map(_service, services)])


def _overview(services: list[Service]) -> str:
    lines = ["| service | operations |", "| --- | --- |"]
    anchors = Anchors()
    for service in services:
        linked = f"[{service.name}](#{anchors.next(service.name)})"
        names = [f"[{name}](#{anchors.next(name)})" for name in service.operations]
        lines.append(f"| {linked} | {', '.join(names)} |")
    return "\n".join(lines) + "\n"


def _service(service: Service) -> str:
    parts = [f"## {service.name}\n"]
    parts += [_operation(name, rows) for name, rows in service.operations.items()]
    return "\n".join(parts)


def _operation(name: str, rows: dict[str, Row]) -> str:
    if not rows:
        return f"### {name}\n\nIt has no members.\n"
    lines = [f"### {name}\n", "| member | handling | shown by, or text |", "| --- | --- | --- |"]
    ordered = sorted(rows.items(), key=lambda row: (ORDER.index(row[1].handling["handling"]), row[0]))
    lines += [f"| `{path}` | {row.handling['handling']} | {_cell(row)} |" for path, row in ordered]
    return "\n".join(lines) + "\n"


def _cell(row: Row) -> str:
    handling = row.handling
    match handling["handling"]:
        case "applied":
            return f"`{handling['shown_by']}`"
        case "only":
            values = ", ".join(f"`{value}`" for value in handling["values"])
            return f"{values} (`{handling['shown_by']}`); otherwise {_refusal(row.refusal)}"
        case "inert":
            return handling["because"]
    return _refusal(row.refusal)


def _refusal(refusal: Refusal | None) -> str:
    if refusal is None:
        return "(not refused)"
    return f"{refusal.code}: {refusal.text}".replace("|", "\\|").replace("\n", " ")
