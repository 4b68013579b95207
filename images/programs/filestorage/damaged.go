package filestorage

import (
	"errors"
	"strings"
	"sync/atomic"

	bbolterrors "go.etcd.io/bbolt/errors"
)

var recreated atomic.Int64

// Recreated says how many damaged files this process has replaced by empty ones: what they held is lost.
func Recreated() int64 { return recreated.Load() }

// isDamaged tells a file that no database can be read from, from a folder without permission or a file that somebody else holds.
func isDamaged(err error) bool {
	return errors.Is(err, bbolterrors.ErrInvalid) || errors.Is(err, bbolterrors.ErrChecksum) ||
		errors.Is(err, bbolterrors.ErrVersionMismatch) || err != nil && strings.Contains(err.Error(), "file size too small")
}
