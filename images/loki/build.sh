#!/bin/sh
# Runs in the `go` image: `fetch` brings the modules, `compile` leaves the program in /out.
set -eu

program=github.com/grafana/loki/v3/cmd/loki
version=github.com/grafana/loki/v3/pkg/util/build.Version=3.7.8
case $1 in
  fetch) go list -deps "$program" > /dev/null ;;
  compile) go build -v -trimpath -ldflags "-s -w -X $version" -o /out/ "$program" ;;
esac
