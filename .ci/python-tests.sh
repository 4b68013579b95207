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
# tests <environment> <folder> [arguments]: an environment without a test that the arguments name is none that failed. What failed is run once
# more, with its name in the output: other tests take the processor beside these, and some of these measure time.
tests() {
  local name=$1 code=0
  shift
  local pytest=("$home/$name/bin/python" -m pytest -o cache_dir="$home/$name.cache")
  rm -rf "$home/$name".{cache,xml,again.xml}
  "${pytest[@]}" --junit-xml="$home/$name.xml" "$@" || code=$?
  if ((code == 1)); then
    code=0
    "${pytest[@]}" --junit-xml="$home/$name.again.xml" --last-failed "$@" || code=$?
  fi
  ((code == 0 || (code == 5 && $# > 1))) || failed=$code
}
tests instrumentors $sources "$@"
packages=("$home"/packages/lib/python3*/site-packages)
configuration=("$home"/configuration/lib/python3*/site-packages)
export OTEL_INJECT_PACKAGES="${packages[0]}" OTEL_INJECT_CONFIGURATION="${configuration[0]}" PYTHONPATH="$sources/inject/src:${packages[0]}" PYTHONDONTWRITEBYTECODE=1
tests applications $sources/inject "$@"
unset PYTHONPATH

python3 .ci/python-report.py "$report" "$home"/{instrumentors,applications}.xml || failed=1
exit "$failed"
