package dockerlogs

import (
	"encoding/hex"
	"regexp"
	"strconv"
	"strings"
	"time"
)

var (
	// A severity stands near the beginning: in capitals, in brackets, before a colon, or as klog's letter.
	capitals  = regexp.MustCompile(`(?:^|[\s\[|(:])(TRACE|DEBUG|INFO|NOTICE|WARN|WARNING|ERROR|SEVERE|CRITICAL|CRIT|ALERT|EMERG|FATAL|PANIC)(?:$|[\s\]|):,])`)
	bracketed = regexp.MustCompile(`(?i)[\[(](trace|debug|info|notice|warn|warning|error|err|critical|crit|alert|emerg|fatal|panic)[\])]`)
	leading   = regexp.MustCompile(`(?i)^(trace|debug|info|notice|warn|warning|error|critical|fatal|panic)(?: -|:)`)
	klog      = regexp.MustCompile(`^([IWEF])\d{4} \d\d:\d\d:\d\d`)

	zoned = regexp.MustCompile(`^\[?(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d:\d\d)(?:[.,](\d{1,9}))? ?(Z|[+-]\d\d:?\d\d)\b`)

	traceparent = regexp.MustCompile(`\b00-([0-9a-f]{32})-([0-9a-f]{16})-[0-9a-f]{2}\b`)
	traceInText = regexp.MustCompile(`(?i)\b(?:otel)?trace[_.]?id["']?\s*[=:]\s*["']?([0-9a-f]{32})\b`)
	spanInText  = regexp.MustCompile(`(?i)\b(?:otel)?span[_.]?id["']?\s*[=:]\s*["']?([0-9a-f]{16})\b`)

	pythonException = regexp.MustCompile(`(?m)^([A-Za-z_][\w.]*)(?:: (.*))?$`)
)

var klogLevels = map[string]string{"I": "INFO", "W": "WARNING", "E": "ERROR", "F": "FATAL"}

// parseText reads what can be read of a text nobody has described: severity, a time with a zone, an exception.
func parseText(r *record, text string, read time.Time) {
	first, _, _ := strings.Cut(text, "\n")
	r.findLevel(first)
	if found := zoned.FindStringSubmatch(first); found != nil {
		r.named(found[1]+"T"+found[2]+"."+found[3]+"0"+zone(found[4]), read)
	}
	if at := strings.LastIndex(text, tracebackHead); at >= 0 {
		r.exception(text[at+len(tracebackHead):])
	}
	if r.severity == 0 && deathOfGo.MatchString(first) {
		r.level("FATAL")
	}
}

func zone(text string) string {
	if len(text) == 5 {
		return text[:3] + ":" + text[3:]
	}
	return text
}

// findLevel sets the severity from the beginning of a line.
func (r *record) findLevel(first string) {
	head := first[:min(len(first), 100)]
	for _, pattern := range []*regexp.Regexp{leading, bracketed, capitals} {
		if found := pattern.FindStringSubmatch(head); found != nil {
			r.level(found[1])
			return
		}
	}
	if found := klog.FindStringSubmatch(head); found != nil {
		r.level(klogLevels[found[1]])
	}
}

// exception names what the last lines of a traceback of Python name: the first line behind the frames that is not indented.
func (r *record) exception(frames string) {
	if r.severity < severities["error"] {
		r.level("ERROR")
	}
	for each := range strings.SplitSeq(frames, "\n") {
		if each == "" || each[0] == ' ' || each[0] == '\t' {
			continue
		}
		if found := pythonException.FindStringSubmatch(each); found != nil {
			r.set("exception.type", found[1])
			if found[2] != "" {
				r.set("exception.message", found[2])
			}
		}
		return
	}
}

// named takes a time that the container has written, if it can be right.
func (r *record) named(text string, read time.Time) bool {
	at, err := time.Parse(time.RFC3339Nano, text)
	if err != nil || !plausible(at, read) {
		return false
	}
	r.time = at
	return true
}

// findTrace looks for ids in a text: a traceparent, or `trace_id=… span_id=…` in any spelling.
func (r *record) findTrace(text string) {
	if found := traceparent.FindStringSubmatch(text); found != nil {
		r.trace(found[1])
		r.span(found[2])
		return
	}
	if found := traceInText.FindStringSubmatch(text); found != nil && r.trace(found[1]) {
		if found := spanInText.FindStringSubmatch(text); found != nil {
			r.span(found[1])
		}
	}
}

// trace sets the trace id from 32 hexadecimal digits, or the 16 of a short one.
func (r *record) trace(text string) bool {
	if len(text) == 16 {
		text = "0000000000000000" + text
	}
	if len(text) != 32 {
		return false
	}
	if _, err := hex.Decode(r.traceID[:], []byte(text)); err != nil {
		r.traceID = [16]byte{}
	}
	return !r.traceID.IsEmpty()
}

func (r *record) span(text string) bool {
	if len(text) != 16 {
		return false
	}
	if _, err := hex.Decode(r.spanID[:], []byte(text)); err != nil {
		r.spanID = [8]byte{}
	}
	return !r.spanID.IsEmpty()
}

var logfmtPair = regexp.MustCompile(`(?:^|\s)([A-Za-z_][\w.\-/]*)=("(?:[^"\\]|\\.)*"|\S*)`)

// parseLogfmt reads `level=info msg="…" key=value`. A line is taken for it that has a level or a time, and a message.
func parseLogfmt(r *record, text string, read time.Time) bool {
	first, _, more := strings.Cut(text, "\n")
	if more || !strings.Contains(first, "=") {
		return false
	}
	found := logfmtPair.FindAllStringSubmatch(first, maxAttributes)
	fields := make(map[string]any, len(found))
	for _, pair := range found {
		value := pair[2]
		if plainly, err := strconv.Unquote(value); err == nil && strings.HasPrefix(value, `"`) {
			value = plainly
		}
		fields[pair[1]] = value
	}
	roles := rolesOf(fields)
	if roles[messageField] == "" || (roles[levelField] == "" && roles[timeField] == "") {
		return false
	}
	r.fields(fields, roles, read)
	return true
}
