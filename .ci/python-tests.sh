#!/usr/bin/env bash
# .ci/python-tests.sh [pytest's arguments]: the tests of instrumentation/python, in environments made from the pinned lists: one for the
# instrumentors, one for the applications that `inject` is put into, which must not hold OpenTelemetry's SDK themselves, and its packages.
# Writes its counts to $PYTHON_REPORT as vitest's JSON report has them.
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
report=${PYTHON_REPORT:-.local/test/python.json}
mkdir -p "$(dirname "$report")"
. .ci/python-environments.sh
environment instrumentors $sources/requirements-test.txt || exit 1
environment applications $sources/inject/requirements-test.txt || exit 1
environment packages images/instrumentation/requirements.txt || exit 1
environment configuration images/instrumentation/configuration/requirements.txt || exit 1

failed=0
# tests <environment> <folder> [arguments]: an environment without a test that the arguments name is none that failed.
tests() {
  local name=$1 code=0
  shift
  "$home/$name/bin/python" -m pytest -p no:cacheprovider --junit-xml="$home/$name.xml" "$@" || code=$?
  ((code == 0 || (code == 5 && $# > 1))) || failed=$code
}
tests instrumentors $sources "$@"
packages=("$home"/packages/lib/python3*/site-packages)
configuration=("$home"/configuration/lib/python3*/site-packages)
export OTEL_INJECT_PACKAGES="${packages[0]}" OTEL_INJECT_CONFIGURATION="${configuration[0]}" PYTHONPATH="$sources/inject/src:${packages[0]}" PYTHONDONTWRITEBYTECODE=1
tests applications $sources/inject "$@"
unset PYTHONPATH

python3 - "$report" "$home/instrumentors.xml" "$home/applications.xml" <<'END' || failed=1
import json, sys
import xml.etree.ElementTree as xml

report, *files = sys.argv[1:]
suites = [suite for file in files for suite in xml.parse(file).getroot().iter("testsuite")]
total, skipped = (sum(int(suite.get(name)) for suite in suites) for name in ("tests", "skipped"))
failed = sum(int(suite.get("failures")) + int(suite.get("errors")) for suite in suites)
counts = {"numPassedTests": total - failed - skipped, "numFailedTests": failed, "numPendingTests": skipped, "numTodoTests": 0}
with open(report, "w") as file:
    json.dump({**counts, "testResults": []}, file)
END
exit "$failed"
