#!/usr/bin/env bash
# Sourced by what runs Python: environments from pinned lists, below .local/python, made once for each list and interpreter.
# PYTHON names another interpreter than python3; each has folders of its own.
python=${PYTHON:-python3}
sources=instrumentation/python
home=$PWD/.local/python
[ -z "${PYTHON:-}" ] || home=$home/$("$PYTHON" -c 'import platform; print(platform.python_version())')
mkdir -p "$home" && chmod 700 .local

if ! "$python" -c 'import ensurepip, venv' 2>/dev/null; then
  export DEBIAN_FRONTEND=noninteractive
  apt-get update -q >/dev/null && apt-get install -y -q --no-install-recommends python3 python3-venv >/dev/null || {
    echo "python3 with venv is needed, and apt-get could not install python3-venv"
    exit 1
  }
fi

# environment <name> <list>...
environment() {
  local folder=$home/$1 list made_from
  shift
  made_from=$("$python" -c 'import sys; print(sys.version)' && cat "$@")
  [ "$made_from" = "$(cat "$folder/made-from" 2>/dev/null)" ] && return
  rm -rf "$folder"
  "$python" -m venv "$folder" || return 1
  for list in "$@"; do
    "$folder/bin/pip" install --quiet --disable-pip-version-check --no-deps --requirement "$list" || return 1
  done
  printf '%s\n' "$made_from" >"$folder/made-from"
}

# instrumentation_tree <environment of the packages>: the folder that a service mounts, as the image lays it, in $tree: packages as installed,
# our own as their sources are now.
instrumentation_tree() {
  local packages=("$home/$1"/lib/python3*/site-packages) own=$home/own project made_from
  tree=$home/tree
  made_from=$(cat "$sources"/*/pyproject.toml)
  if [ "$made_from" != "$(cat "$own/made-from" 2>/dev/null)" ]; then
    rm -rf "$own"
    for project in "$sources"/*/pyproject.toml; do
      "$home/$1/bin/pip" install --quiet --disable-pip-version-check --no-deps --target "$own" "$(dirname "$project")" || return 1
    done
    printf '%s\n' "$made_from" >"$own/made-from"
  fi
  rm -rf "$tree" && mkdir -p "$tree/packages"
  ln -s "${packages[0]}"/* "$own"/*.dist-info "$PWD/$sources"/*/src/* "$tree/packages/"
  rm -rf "$tree"/packages/{pip,setuptools,_distutils_hack}* "$tree"/packages/distutils-precedence.pth
  ln -s "$PWD/$sources/inject/start" "$tree/start"
}

# service_environment: what the program gives a Python service, as JSON.
service_environment() {
  node_modules/node/bin/node --input-type=module --eval '
    import { pythonEnvironment } from "./components/instrumentation.ts";
    const args = { service: "service", version: "1", namespace: "tests", environment: "tests", intake: "", metricsInterval: 15 };
    console.log(JSON.stringify(pythonEnvironment(args)));'
}
