#!/bin/sh
# Runs in the `go` image: `fetch` brings the modules, `compile` leaves the program in /out.
set -eu

program=github.com/jaegertracing/jaeger/cmd/jaeger
# The module is numbered as v1, the program in it as v2; both were released together.
version=github.com/jaegertracing/jaeger/internal/version.latestVersion=v2.13.0
case $1 in
  fetch) go list -deps "$program" > /dev/null ;;
  compile) go build -v -trimpath -ldflags "-s -w -X $version" -o /out/ "$program" ;;
esac
