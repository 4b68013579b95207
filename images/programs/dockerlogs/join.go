package dockerlogs

import (
	"regexp"
	"strings"
	"time"
)

// state is what kind of text the lines of a record are in the middle of.
type state int

const (
	// plain text: indented lines belong to it.
	plain state = iota
	// traceback of Python: frames, up to the line that names the exception.
	traceback
	// raised: behind that line; what caused the exception may follow.
	raised
	// dying: a panic of Go or Rust, after which everything belongs to it.
	dying
)

// atOnce is how far apart the lines are that a program writes in one go.
const atOnce = 50 * time.Millisecond

// joinText decides for programs that we know nothing of, by what tracebacks of Python, Java, Node, Go and Rust look like.
func joinText(p *pending, l line) bool {
	text := l.text
	together := l.time.Sub(p.last) <= atOnce
	switch {
	case strings.HasPrefix(text, "{"):
		return false
	case p.inside == dying:
		return together
	case text == "":
		return p.inside != plain && together
	case p.inside == traceback:
		if text[0] == ' ' || text[0] == '\t' || strings.HasPrefix(text, tracebackHead) {
			return true
		}
		p.inside = raised
		return true
	case text[0] == ' ' || text[0] == '\t':
		return true
	case strings.HasPrefix(text, tracebackHead):
		if p.inside == raised || (together && troubled(p)) {
			p.inside = traceback
			return true
		}
		return false
	case strings.HasPrefix(text, "During handling of the above exception"),
		strings.HasPrefix(text, "The above exception was the direct cause"):
		return p.inside == raised
	case strings.HasPrefix(text, "Caused by: "), strings.HasPrefix(text, "Suppressed: "):
		return together
	case strings.ContainsRune("})]", rune(text[0])):
		return together && strings.ContainsAny(p.first, "{([")
	case javaException.MatchString(text):
		return together && troubled(p)
	}
	return false
}

const tracebackHead = "Traceback (most recent call last):"

var (
	javaException = regexp.MustCompile(`^([a-zA-Z_$][\w$]*\.)+[A-Z][\w$]*(Exception|Error|Throwable)\b`)
	deathOfGo     = regexp.MustCompile(`^(panic: |fatal error: |thread '.*' (\(\d+\) )?panicked at )`)
)

// troubled says whether the record speaks of an error, so that a traceback right behind it is its own.
func troubled(p *pending) bool {
	r := record{}
	r.findLevel(p.first)
	return r.severity >= severities["warning"] || strings.Contains(strings.ToLower(p.first), "exception")
}

// beginText says what state a record is in after its first line.
func beginText(text string) state {
	switch {
	case strings.HasPrefix(text, tracebackHead), strings.HasPrefix(text, "  + Exception Group Traceback"):
		return traceback
	case deathOfGo.MatchString(text):
		return dying
	}
	return plain
}

// joinPostgres joins what a server process says of one event: lines that begin with a tab, and DETAIL, HINT, STATEMENT and so on.
func joinPostgres(p *pending, l line) bool {
	if strings.HasPrefix(l.text, "\t") {
		return true
	}
	next := postgresLine.FindStringSubmatch(l.text)
	if next == nil {
		return joinText(p, l)
	}
	first := postgresLine.FindStringSubmatch(p.first)
	return first != nil && postgresDetail[next[postgresLevel]] && first[postgresPid] == next[postgresPid]
}

// joinRabbitMQ joins the lines of one event, which all carry its time, severity and process.
func joinRabbitMQ(p *pending, l line) bool {
	next := rabbitmqLine.FindStringSubmatch(l.text)
	first := rabbitmqLine.FindStringSubmatch(p.first)
	if next == nil || first == nil {
		return next == nil && joinText(p, l)
	}
	return first[1] == next[1] && first[2] == next[2] && first[3] == next[3]
}

// joinNginx: an error is one line.
func joinNginx(p *pending, l line) bool { return false }

// joinRedis: an event is one line, but a crash report has no such lines.
func joinRedis(p *pending, l line) bool {
	return !redisLine.MatchString(l.text) && l.time.Sub(p.last) <= atOnce
}
