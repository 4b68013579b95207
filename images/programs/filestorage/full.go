package filestorage

import (
	"errors"
	"slices"
	"strings"
	"syscall"

	"go.opentelemetry.io/collector/extension/xextension/storage"
)

// unlessRead is no error where a transaction read what it was to read and could not write on a full disk. A queue notes what it hands out when it
// reads it, and drops for ever what it could not read; without the note it hands it out again after a restart.
func unlessRead(err error, ops []*storage.Operation) error {
	reads := func(op *storage.Operation) bool { return op.Type == storage.Get }
	if err != nil && diskIsFull(err) && slices.ContainsFunc(ops, reads) {
		return nil
	}
	return err
}

// diskIsFull also where the database quotes the system's error instead of wrapping it.
func diskIsFull(err error) bool {
	return errors.Is(err, syscall.ENOSPC) || strings.Contains(err.Error(), syscall.ENOSPC.Error())
}
