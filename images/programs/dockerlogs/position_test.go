package dockerlogs

import (
	"bytes"
	"encoding/binary"
	"errors"
	"io"
	"testing"
	"time"
)

func TestReadingGoesOnALittleBeforeTheLatestLineOfEitherStream(t *testing.T) {
	first := read.Add(-time.Hour)
	fresh := position{Streams: map[string]mark{}}
	expect(t, "never read", fresh.since(first), first)
	// stderr has been silent for a day: nothing of it is left unread before that
	both := position{Streams: map[string]mark{stdout: {Time: read, Seen: 1}, stderr: {Time: read.Add(-24 * time.Hour), Seen: 3}}}
	expect(t, "read before", both.since(first), read.Add(-disorder))
}

// newOnes is what of these lines of stdout, some seconds after `read`, was not delivered before.
func newOnes(done mark, seconds ...int) []int {
	replayed := newReplay(position{Streams: map[string]mark{stdout: done}})
	var all []int
	for i, second := range seconds {
		if _, isNew := replayed.next(line{stream: stdout, time: read.Add(time.Duration(second) * time.Second)}); isNew {
			all = append(all, i)
		}
	}
	return all
}

func TestLinesOfTheSameInstantAreCounted(t *testing.T) {
	expect(t, "two of three were delivered", newOnes(mark{Time: read, Seen: 2}, -1, 0, 0, 0, 1), []int{3, 4})
}

func TestAClockThatIsSetBackHidesNoLine(t *testing.T) {
	expect(t, "the clock went back after the delivered line", newOnes(mark{Time: read, Seen: 1}, -1, 0, -5, -4), []int{2, 3})
}

func TestAStreamThatBreaksInAMessageHandsOnNoHalfLine(t *testing.T) {
	message := []byte(read.Format(time.RFC3339Nano) + " whole\n")
	var stream bytes.Buffer
	for _, size := range []int{len(message), len(message) + 100} {
		var header [8]byte
		header[0] = 1
		binary.BigEndian.PutUint32(header[4:], uint32(size))
		stream.Write(header[:])
		stream.Write(message)
	}
	in := newLines(&stream, 1024)
	one, err := in.next()
	expect(t, "first", []any{one.text, err}, []any{"whole", nil})
	_, err = in.next()
	expect(t, "then", errors.Is(err, io.ErrUnexpectedEOF), true)
}

func TestWhatTheEngineSaysOfItselfIsAnError(t *testing.T) {
	said := []byte("log driver does not support reading")
	header := []byte{3, 0, 0, 0, 0, 0, 0, byte(len(said))}
	_, err := newLines(bytes.NewReader(append(header, said...)), 1024).next()
	if err == nil || err.Error() != "the engine says: log driver does not support reading" {
		t.Errorf("%v", err)
	}
}
