#!/bin/sh
# Runs in the `go` image: `fetch` brings the modules, `compile` leaves the program in /out.
set -eu

program=github.com/VictoriaMetrics/VictoriaMetrics/app/vmalert
version=github.com/VictoriaMetrics/VictoriaMetrics/lib/buildinfo.Version=vmalert-v1.148.9
case $1 in
  fetch) go list -deps "$program" > /dev/null ;;
  compile) go build -v -trimpath -ldflags "-s -w -X $version" -o /out/ "$program" ;;
esac
