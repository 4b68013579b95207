package filestorage

import (
	"errors"
	"strings"

	bbolterrors "go.etcd.io/bbolt/errors"
)

// isDamaged tells a file that no database can be read from, from a folder without permission or a file that somebody else holds.
func isDamaged(err error) bool {
	return errors.Is(err, bbolterrors.ErrInvalid) || errors.Is(err, bbolterrors.ErrChecksum) ||
		errors.Is(err, bbolterrors.ErrVersionMismatch) || err != nil && strings.Contains(err.Error(), "file size too small")
}
