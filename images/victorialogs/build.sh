#!/bin/sh
# Runs in the `go` image: `fetch` brings the modules, `compile` leaves the program in /out.
set -eu

program=github.com/VictoriaMetrics/VictoriaLogs/app/victoria-logs
version=github.com/VictoriaMetrics/VictoriaMetrics/lib/buildinfo.Version=victoria-logs-v1.52.1
case $1 in
  fetch) go list -deps "$program" > /dev/null ;;
  compile) go build -v -trimpath -ldflags "-s -w -X $version" -o /out/ "$program" ;;
esac
