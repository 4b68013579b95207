package dockerlogs

import (
	"bufio"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"
)

const (
	stdout = "stdout"
	stderr = "stderr"
)

// line is what a container wrote up to a line feed.
type line struct {
	stream string
	// time at which the engine read it.
	time time.Time
	text string
	// cut is how many bytes of it were left out.
	cut int
}

// lines takes the engine's stream apart. A container without a terminal sends frames (eight bytes of header, then one message); one with a
// terminal sends plain text. Engines before 23 say in no header which it is, but a frame begins with a byte that no timestamp begins with.
type lines struct {
	in  *bufio.Reader
	max int
	// framed is decided by the first bytes.
	framed, decided bool
	// partial is what came of a line whose end has not come: the engine hands on 16 KiB at most.
	partial map[string]*line
	ready   []line
}

func newLines(in io.Reader, max int) *lines {
	return &lines{in: bufio.NewReaderSize(in, 32<<10), max: max, partial: map[string]*line{}}
}

// next blocks for the next line. io.EOF: the container has ended, or the engine has closed the stream in good order; what was written
// without a line feed comes before that. After any other error the last line may be missing, and has to be read again.
func (l *lines) next() (line, error) {
	for len(l.ready) == 0 {
		err := l.read()
		if errors.Is(err, io.EOF) {
			for stream, rest := range l.partial {
				delete(l.partial, stream)
				l.ready = append(l.ready, *rest)
			}
			if len(l.ready) > 0 {
				break
			}
		}
		if err != nil {
			return line{}, err
		}
	}
	first := l.ready[0]
	l.ready = l.ready[1:]
	return first, nil
}

func (l *lines) read() error {
	if !l.decided {
		head, err := l.in.Peek(4)
		if err != nil {
			return err
		}
		l.framed = head[0] <= 3 && head[1] == 0 && head[2] == 0 && head[3] == 0
		l.decided = true
	}
	if !l.framed {
		return l.readText()
	}
	return l.readFrame()
}

func (l *lines) readFrame() error {
	var header [8]byte
	if _, err := io.ReadFull(l.in, header[:]); err != nil {
		return err
	}
	size := int(binary.BigEndian.Uint32(header[4:]))
	kept := min(size, l.max+64)
	payload := make([]byte, kept)
	if _, err := io.ReadFull(l.in, payload); err != nil {
		return io.ErrUnexpectedEOF
	}
	// The end tells whether the line is complete, so of a long message its last byte is kept as well.
	ended := kept > 0 && payload[kept-1] == '\n'
	if rest := size - kept; rest > 0 {
		if _, err := l.in.Discard(rest - 1); err != nil {
			return io.ErrUnexpectedEOF
		}
		last, err := l.in.ReadByte()
		if err != nil {
			return io.ErrUnexpectedEOF
		}
		ended = last == '\n'
	}
	stream := stdout
	switch header[0] {
	case 2:
		stream = stderr
	case 3:
		return fmt.Errorf("the engine says: %s", strings.TrimSpace(string(payload)))
	}
	for _, part := range strings.SplitAfter(string(payload), "\n") {
		if part != "" {
			l.take(stream, strings.TrimSuffix(part, "\n"), strings.HasSuffix(part, "\n"), 0)
		}
	}
	if size > kept {
		l.finish(stream, size-kept, ended)
	}
	return nil
}

// take adds a message, which begins with its time, to the line that it is a part of.
func (l *lines) take(stream, message string, ended bool, cut int) {
	stamp, text, ok := stamped(message)
	open := l.partial[stream]
	switch {
	case open == nil && !ok:
		return // nothing that has no time can be found again
	case open == nil:
		open = &line{stream: stream, time: stamp}
	case ok && !stamp.Equal(open.time):
		// All parts of a line carry the time of the first: the one before ended without a line feed.
		l.ready = append(l.ready, *open)
		open = &line{stream: stream, time: stamp}
	case !ok:
		text = message
	}
	room := max(0, l.max-len(open.text))
	if len(text) > room {
		open.cut += len(text) - room
		text = text[:room]
	}
	open.text += text
	l.partial[stream] = open
	l.finish(stream, cut, ended)
}

func (l *lines) finish(stream string, cut int, ended bool) {
	open := l.partial[stream]
	if open == nil {
		return
	}
	open.cut += cut
	if ended {
		open.text = strings.TrimSuffix(open.text, "\r")
		l.ready = append(l.ready, *open)
		delete(l.partial, stream)
	}
}

// readText reads a line of a container with a terminal, whose parts the engine writes one behind the other, each with the time again.
func (l *lines) readText() error {
	var text strings.Builder
	cut := 0
	for {
		piece, err := l.in.ReadSlice('\n')
		keep := min(len(piece), max(0, l.max+64-text.Len()))
		text.Write(piece[:keep])
		cut += len(piece) - keep
		if errors.Is(err, bufio.ErrBufferFull) {
			continue
		}
		if err != nil && (text.Len() == 0 || !errors.Is(err, io.EOF)) {
			return err
		}
		break
	}
	whole := strings.TrimRight(text.String(), "\r\n")
	if mark, _, ok := strings.Cut(whole, " "); ok && len(whole) > 16<<10 {
		whole = mark + " " + strings.ReplaceAll(whole, mark+" ", "")
	}
	l.take(stdout, whole, true, cut)
	return nil
}

// stamped splits off the time that the engine puts before every message.
func stamped(message string) (time.Time, string, bool) {
	stamp, text, ok := strings.Cut(message, " ")
	if !ok || len(stamp) > 40 {
		return time.Time{}, "", false
	}
	at, err := time.Parse(time.RFC3339Nano, stamp)
	return at, text, err == nil
}
