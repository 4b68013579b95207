#!/usr/bin/env bash
# npm run bench:overhead -- [--quick]: makes the environments (one for the service, one with the stock launcher, one with our packages), then measures.
# Needs two cores, Docker Engine and the images `postgres` and `redis` of this repository. BENCH_PYTHON names another interpreter than python3.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../../.."
PYTHON=${BENCH_PYTHON:-python3}
. .ci/python-environments.sh
here=test/bench/overhead
environment packages images/instrumentation/requirements.txt
environment bench $here/requirements.txt
environment bench-stock $here/requirements.txt images/instrumentation/requirements.txt $here/stock.txt
instrumentation_tree packages
OURS_ENVIRONMENT=$(node_modules/node/bin/node --input-type=module --eval '
  import { pythonEnvironment } from "./components/instrumentation.ts";
  const args = { service: "ours", version: "1", namespace: "bench", environment: "bench", intake: "" };
  console.log(JSON.stringify(pythonEnvironment(args)));')
export OURS_ENVIRONMENT OURS_START=$tree/start STOCK_PYTHON=$home/bench-stock/bin/python BENCH_OUT=$PWD/.local/bench
mkdir -p "$BENCH_OUT"
PYTHONPATH=$sources/testing:$here exec "$home/bench/bin/python" $here/overhead.py "$@"
