#!/bin/sh
# Runs in the `go` image: `fetch` brings the modules, `compile` leaves the program in /out.
set -eu

# OCB writes main.go and components.go from the manifest; go.mod and go.sum are the committed ones, so every module is checked.
# A manifest that no longer fits them stops here with "updates to go.mod needed": images/README.md says how to renew them.
go run go.opentelemetry.io/collector/cmd/builder@v0.145.0 --config builder-config.yaml --skip-compilation --skip-get-modules
cp go.mod go.sum _build/
cd _build

# No service discovery of foreign clouds, no gRPC tracing: 34 MB.
tags="remove_all_sd grpcnotrace"
case $1 in
  fetch) go list -deps -tags "$tags" . > /dev/null ;;
  compile)
    go test -trimpath -tags "$tags" game-scheduler-otel/images/collector/dropoverflow \
      game-scheduler-otel/images/collector/retryablestatus
    go build -v -trimpath -tags "$tags" -ldflags "-s -w" -o /out/otelcol .
    ;;
esac
