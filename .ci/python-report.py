"""python-report.py <report> <JUnit file>...: what pytest counted, as vitest's JSON report has it.

Beside `<name>.xml` may lie `<name>.again.xml`: what failed, run once more. That decides; what passed only there is printed by its name.
"""

import json
import sys
import xml.etree.ElementTree as xml
from pathlib import Path


def cases(file: Path) -> dict[str, tuple[str, str]]:
    """How each test ended (passed, failed, skipped) and its message, by its name."""
    found = {}
    for case in xml.parse(file).getroot().iter("testcase"):
        name = f"{case.get('classname')} > {case.get('name')}"
        found[name] = ("passed", "")
        for part in case:
            if part.tag in ("failure", "error"):
                found[name] = ("failed", part.get("message") or "")
            elif part.tag == "skipped" and found[name][0] != "failed":
                found[name] = ("skipped", "")
    return found


def main(report: str, *files: str) -> None:
    ended: dict[str, tuple[str, str]] = {}
    for file in map(Path, files):
        ended |= cases(file)
        again = file.with_suffix(".again.xml")
        if again.exists():
            for name, (how, message) in cases(again).items():
                if how == "passed":
                    print(f"passed only when run once more: {name}")
                ended[name] = how, message
    counted = [how for how, _ in ended.values()]
    failures = [
        {"name": name.split(" > ")[0], "title": name.split(" > ")[1], "message": message} for name, (how, message) in ended.items() if how == "failed"
    ]
    counts = {
        "numPassedTests": counted.count("passed"),
        "numFailedTests": counted.count("failed"),
        "numPendingTests": counted.count("skipped"),
        "numTodoTests": 0,
        "testResults": [
            {
                "name": each["name"],
                "status": "failed",
                "assertionResults": [
                    {"status": "failed", "ancestorTitles": [], "title": each["title"], "failureMessages": [each["message"]]}
                ],
            }
            for each in failures
        ],
    }
    Path(report).write_text(json.dumps(counts))


main(*sys.argv[1:])
