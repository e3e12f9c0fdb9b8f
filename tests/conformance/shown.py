"""The tests that are said to show something: are they there?"""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]

#: Where the tests are whose names do not say a crate.
WHOLE = [ROOT / "tests" / "behaviour", ROOT / "tests" / "end_to_end"]


def exists(test: str) -> bool:
    """Whether there is a test of that name: `kinesis::a_test`, or `emulator_kinesis::tests::a_test`."""
    *modules, function = test.split("::")
    # A behaviour test stands in the list of its module.
    listed = rf"tests!\[[^\]]*\b{re.escape(function)}\b"
    test_function = rf"#\[(tokio::)?test[^\]]*\](\s*#\[[^\]]*\])*\s*(async )?fn {re.escape(function)}\("
    return any(
        re.search(rf"{test_function}|{listed}", source.read_text(encoding="utf-8"))
        for source in _sources(modules)
    )


def _sources(modules: list[str]) -> list[Path]:
    """The files in which a module may stand."""
    first, *inner = modules
    if not first.startswith("emulator_"):
        return [file for folder in WHOLE if (file := folder / f"{first}.rs").exists()]
    folder = ROOT / "emulator" / first.removeprefix("emulator_") / "src"
    # A module `tests` stands in a file of its own, or in that of the module around it.
    candidates = [folder.joinpath(*inner[:depth]) for depth in range(len(inner), 0, -1)]
    files = [candidate.with_suffix(".rs") for candidate in candidates] + [folder / "lib.rs"]
    return [file for file in files[:2] if file.exists()]
