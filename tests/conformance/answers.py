"""Calls every implemented operation, and holds each answer against AWS's service model.

    python3 tests/conformance/answers.py --endpoint http://127.0.0.1:4566

What is read is the answer on the wire, not what the client makes of it: required members are there, no
member is there that the model does not have, types and status fit, and an error's code is one that the
operation has. An operation that the emulator declares and no scenario calls is a failure. The emulator
should be a fresh one.
"""

from __future__ import annotations

import argparse
import sys

import emulator
import model
from calls import Calls, Unexpected
from scenarios import SCENARIOS


def check(endpoint: str) -> list[str]:
    """What is wrong with the answers of the emulator at `endpoint`."""
    scopes = {scope: service.service_name for scope, service in model.by_scope().items()}
    declared = emulator.declarations(endpoint)
    implemented = {scopes[scope]: set(operations) for scope, operations in declared.items()}
    calls = {service: Calls(service, endpoint) for service in implemented}
    wrong = []
    for service in implemented:
        scenario = SCENARIOS.get(service)
        if scenario is None:
            wrong.append(f"{service} has no scenario")
            continue
        try:
            scenario(calls)
        except Unexpected as unexpected:
            wrong.append(str(unexpected))
    for service, operations in implemented.items():
        wrong += calls[service].wrong
        wrong += calls[service].uncalled(operations)
    return wrong


def main() -> int:
    """Runs the check as a program."""
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("--endpoint", required=True)
    wrong = check(arguments.parse_args().endpoint)
    print("\n".join(dict.fromkeys(wrong)) or "every answer fits the model")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
