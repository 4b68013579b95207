#!/bin/sh
# Compiles the Go programs of the images, all in one build so that what they share is compiled once. Runs in the `go` image.
#
#   build.sh fetching PACKAGE...    brings every module into the module cache
#   build.sh compiling PACKAGE...   leaves the programs in /out; says "compiling K of N packages", then one line for each package
#
# A build that was interrupted continues: compiled packages are in the build cache, which is a volume.
set -eu

phase=$1
shift

# No service discovery of foreign clouds, no gRPC tracing. No debug information, which is not linked either.
export GOFLAGS="${GOFLAGS:-} -trimpath -buildvcs=false -tags=remove_all_sd,grpcnotrace -gcflags=all=-dwarf=false"

# The folder of a module as it was published, checked against originals.sum.
original() {
  go mod download -modfile=originals.mod -json "$1" | sed -n 's/^\t"Dir": "\(.*\)".*$/\1/p'
}

# Some are compiled from copies without what no configuration of this repository can reach, or mended; README.md says what.
make_copies() {
  rm -rf made
  mkdir made
  cp -r "$(original github.com/jaegertracing/jaeger@v1.76.0)" made/jaeger
  cp -r "$(original github.com/open-telemetry/opentelemetry-collector-contrib/exporter/loadbalancingexporter@v0.145.0)" \
    made/loadbalancingexporter
  cp -r "$(original github.com/open-telemetry/opentelemetry-collector-contrib/extension/storage/filestorage@v0.145.0)" \
    made/filestorage
  cp -r "$(original github.com/open-telemetry/opentelemetry-collector-contrib/receiver/prometheusreceiver@v0.145.0)" \
    made/prometheusreceiver
  chmod -R u+w made
  (
    cd made/jaeger
    rm internal/storage/v1/factory/*
    cp -r ../../jaeger/. .
    query=cmd/query/app exporter=cmd/jaeger/internal/exporters/storageexporter
    sed -i -f ../../jaeger.sed $exporter/factory.go $exporter/config.go internal/storage/v1/badger/factory.go \
      $query/apiv3/http_gateway.go $query/http_handler.go $query/flags.go $query/server.go
    sed -i '/otelhttp"$/d' $query/apiv3/http_gateway.go $query/http_handler.go
    sed -i '/exporterhelper/d' $exporter/config.go
    # It would trace itself to a receiver that is not there, with attributes of two OpenTelemetry versions.
    sed -i "/EnableTracing = true/d" cmd/jaeger/internal/extension/jaegerquery/factory.go
  )
  (
    cd made/prometheusreceiver
    sed -i -f ../../prometheusreceiver.sed metrics_receiver.go
    # It scrapes fixed addresses: Kubernetes' client is a quarter of the collector's compilation.
    sed -i -e '/discovery\/kubernetes"/d' -e '/for _, c := range sc.ServiceDiscoveryConfigs {/,/^\t\t\t}/d' config.go
  )
  (
    cd made/loadbalancingexporter
    rm resolver_k8s*.go resolver_aws*.go
    sed -i -f ../../loadbalancing.sed config.go loadbalancer.go trace_exporter.go
    sed -i -e '/ \/\/ indirect$/d' -e '/k8s.io/d' -e '/aws/d' go.mod
  )
  (
    cd made/filestorage
    cp ../../filestorage/*.go .
    sed -i -f ../../filestorage.sed extension.go client.go
  )
  # promtool has Kubernetes' client for the same reason. It is a package of ours then, with Prometheus as it is.
  mkdir made/promtool
  cp "$(original github.com/prometheus/prometheus@v0.312.0)"/cmd/promtool/*.go made/promtool
  rm made/promtool/*_test.go
  sed -i -e '/discovery\/kubernetes"/d' -e '/case \*kubernetes.SDConfig:/,+3d' made/promtool/main.go
}

make_copies
case $phase in
  fetching) go list -deps "$@" > /dev/null ;;
  compiling)
    go list -deps -f '{{if .Stale}}stale{{else}}fresh{{end}}' "$@" |
      awk '{ n[$1]++ } END { print "compiling " n["stale"] + 0 " of " n["stale"] + n["fresh"] " packages" }'
    mkdir -p /out
    go build -v -o /out/ -ldflags "-s -w" \
      -ldflags "github.com/jaegertracing/...=-s -w -X github.com/jaegertracing/jaeger/internal/version.latestVersion=v2.13.0" \
      -ldflags "./made/promtool=-s -w -X github.com/prometheus/common/version.Version=3.12.0" \
      -ldflags "github.com/prometheus/...=-s -w -X github.com/prometheus/common/version.Version=3.12.0" \
      -ldflags "github.com/VictoriaMetrics/VictoriaLogs/...=-s -w -X github.com/VictoriaMetrics/VictoriaMetrics/lib/buildinfo.Version=v1.52.1" \
      -ldflags "github.com/VictoriaMetrics/VictoriaMetrics/...=-s -w -X github.com/VictoriaMetrics/VictoriaMetrics/lib/buildinfo.Version=v1.148.9" \
      "$@"
    case "$*" in
      # every package of ours beside the program; a person's start does not wait for them
      *./otelcol*) [ -z "${CI:-}" ] || go test $(find . -name '*_test.go' -not -path './made/*' -exec dirname {} + | sort -u) ;;
    esac
    ;;
esac
