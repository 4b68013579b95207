"""python-report.py <report> <JUnit file>...: what pytest counted, as vitest's JSON report has it.

Beside `<name>.xml` may lie `<name>.again.xml`: what failed, run once more. That decides; what passed only there is printed by its name.
"""

import json
import sys
import xml.etree.ElementTree as xml
from pathlib import Path


Name = tuple[str, str]


def cases(file: Path) -> dict[Name, tuple[str, str]]:
    """How each test ended (passed, failed, skipped) and its message, by its class and its own name."""
    found = {}
    for case in xml.parse(file).getroot().iter("testcase"):
        name = case.get("classname", ""), case.get("name", "")
        found[name] = ("passed", "")
        for part in case:
            if part.tag in ("failure", "error"):
                found[name] = ("failed", part.get("message") or "")
            elif part.tag == "skipped" and found[name][0] != "failed":
                found[name] = ("skipped", "")
    return found


def failed(name: Name, message: str) -> dict[str, object]:
    """A failed test, as vitest's report has it."""
    test = {"status": "failed", "ancestorTitles": [], "title": name[1], "failureMessages": [message]}
    return {"name": name[0], "status": "failed", "assertionResults": [test]}


def main(report: str, *files: str) -> None:
    ended: dict[Name, tuple[str, str]] = {}
    for file in map(Path, files):
        ended |= cases(file)
        again = file.with_suffix(".again.xml")
        if again.exists():
            for name, (how, message) in cases(again).items():
                if how == "passed":
                    print(f"passed only when run once more: {' > '.join(name)}")
                ended[name] = how, message
    counted = [how for how, _ in ended.values()]
    counts = {
        "numPassedTests": counted.count("passed"),
        "numFailedTests": counted.count("failed"),
        "numPendingTests": counted.count("skipped"),
        "numTodoTests": 0,
        "testResults": [failed(name, message) for name, (how, message) in ended.items() if how == "failed"],
    }
    Path(report).write_text(json.dumps(counts))


main(*sys.argv[1:])
