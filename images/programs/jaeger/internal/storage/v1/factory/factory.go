// Package factory keeps the one type of it that the query service names; the storages it would choose from are left out of this build.
package factory

import "github.com/jaegertracing/jaeger/internal/storage/v1/api/spanstore"

// ArchiveStorage is where single traces would be archived.
type ArchiveStorage struct {
	Reader spanstore.Reader
	Writer spanstore.Writer
}
