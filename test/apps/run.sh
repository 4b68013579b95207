#!/usr/bin/env bash
# npm run apps -- [--sample] [application...]: whether applications work with the instrumentation from outside; --table: what was seen last.
# PYTHON names another interpreter than python3. Applications with stores need Docker Engine and this repository's images.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
. .ci/python-environments.sh
here=test/apps
environment packages images/instrumentation/requirements.txt
environment uv $here/uv.txt
instrumentation_tree packages
OURS_ENVIRONMENT=$(service_environment)
APPS_PYTHON=$(command -v "$python")
export OURS_ENVIRONMENT APPS_PYTHON OURS_START=$tree/start UV=$home/uv/bin/uv APPS_HOME=$home/apps APPS_RESULTS=$PWD/.local/apps
mkdir -p "$APPS_HOME"
PYTHONPATH=$here:$sources/testing:$sources/inject/tests exec "$home/packages/bin/python" $here/matrix.py "$@"
