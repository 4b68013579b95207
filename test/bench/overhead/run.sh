#!/usr/bin/env bash
# npm run bench:overhead -- [--quick | --levels]: makes the environments (one for the service, one with the stock launcher, one with our packages), then measures.
# Needs two cores, Docker Engine and the images `postgres` and `redis` of this repository. PYTHON names another interpreter than python3.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../../.."
. .ci/python-environments.sh
here=test/bench/overhead
environment packages images/instrumentation/requirements.txt
environment bench $here/requirements.txt
program=overhead
[ "${1:-}" = --levels ] && program=levels
[ $program = levels ] || environment bench-stock $here/requirements.txt images/instrumentation/requirements.txt $here/stock.txt
instrumentation_tree packages
OURS_ENVIRONMENT=$(service_environment)
export OURS_ENVIRONMENT OURS_START=$tree/start STOCK_PYTHON=$home/bench-stock/bin/python BENCH_OUT=$PWD/.local/bench
mkdir -p "$BENCH_OUT"
PYTHONPATH=$sources/testing:$sources/inject/src:$here exec "$home/bench/bin/python" "$here/$program.py" "$@"
