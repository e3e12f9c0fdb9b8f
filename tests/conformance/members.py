"""Holds every input member of every implemented operation against AWS's service model.

    python3 tests/conformance/members.py --endpoint http://127.0.0.1:4566 [--write]

The emulator says on `/_emulator/operations` what becomes of each member. This fails if the model has a
member that is not there, if there is one that the model does not have, if the test that is said to show
a member is not there, or if a member that is said to be refused is taken or refused without its name.
What is found is `docs/operations.md`; a committed page that says otherwise fails too, and `--write`
writes it anew. The emulator should be a fresh one: things are made in it.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import Any

from botocore.model import ServiceModel

import emulator
import model
import page
import refusals
import shown
import there

PAGE = Path(__file__).resolve().parents[2] / "docs" / "operations.md"


class Check:
    """Goes through all services, and gathers what the page shows and what is wrong."""

    def __init__(self, endpoint: str) -> None:
        self.endpoint = endpoint
        self.wrong: list[str] = []
        self.known = there.make(endpoint)

    def service(self, service: ServiceModel, declared: dict[str, Any]) -> page.Service:
        """One service: what its page shows."""
        operations = {
            name: self._operation(service, name, members)
            for name, members in sorted(declared.items())
        }
        return page.Service(service.metadata["serviceFullName"], operations)

    def _operation(
        self, service: ServiceModel, name: str, members: dict[str, Any]
    ) -> dict[str, page.Row]:
        if name not in service.operation_names:
            self.wrong.append(f"{service.signing_name} has no operation {name}")
            return {}
        operation = service.operation_model(name)
        where = f"{service.signing_name} {name}"
        for path in model.undeclared(operation.input_shape, set(members)):
            self.wrong.append(f"{where} says nothing of {path}")
        rows = {}
        for path, handling in members.items():
            if model.find(operation.input_shape, path) is None:
                self.wrong.append(f"{where} speaks of {path}, which the model does not have")
                continue
            test = handling.get("shown_by")
            if test is not None and not shown.exists(test):
                self.wrong.append(f"{where} {path}: there is no test {test}")
            rows[path] = page.Row(handling, self._refusal(service, operation, path, handling))
        return rows

    def _refusal(
        self, service: ServiceModel, operation: Any, path: str, handling: dict[str, Any]
    ) -> refusals.Refusal | None:
        if handling["handling"] not in ("refused", "only"):
            return None
        known = self.known.get(service.signing_name, {})
        try:
            return refusals.refusal(self.endpoint, service, operation, path, handling, known)
        except refusals.NotRefused as wrong:
            self.wrong.append(f"{service.signing_name} {wrong}")
            return None


def check(endpoint: str) -> tuple[str, list[str]]:
    """The page of the emulator at `endpoint`, and what is wrong."""
    models = model.by_scope()
    declared = emulator.declarations(endpoint)
    checking = Check(endpoint)
    checking.wrong += [f"no model is known for {scope}" for scope in declared.keys() - models.keys()]
    services = [
        checking.service(service, declared[scope])
        for scope, service in models.items()
        if scope in declared
    ]
    return page.render(services), checking.wrong


def main() -> int:
    """Runs the check as a program."""
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("--endpoint", required=True)
    arguments.add_argument("--write", action="store_true", help="write docs/operations.md anew")
    given = arguments.parse_args()
    text, wrong = check(given.endpoint)
    if given.write:
        PAGE.parent.mkdir(exist_ok=True)
        PAGE.write_text(text, encoding="utf-8")
    elif not PAGE.exists() or PAGE.read_text(encoding="utf-8") != text:
        wrong.append("docs/operations.md says otherwise (hint: --write)")
    print("\n".join(wrong) or "every member is accounted for")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
