#!/bin/sh
# Runs in the `go` image: `fetch` brings the modules, `compile` leaves the programs in /out.
set -eu

programs="github.com/prometheus/prometheus/cmd/prometheus github.com/prometheus/prometheus/cmd/promtool"
version=github.com/prometheus/common/version.Version=3.12.0
# shellcheck disable=SC2086 # two programs
case $1 in
  fetch) go list -deps -tags remove_all_sd $programs > /dev/null ;;
  compile) go build -v -trimpath -tags remove_all_sd -ldflags "-s -w -X $version" -o /out/ $programs ;;
esac
