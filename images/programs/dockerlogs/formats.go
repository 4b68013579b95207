package dockerlogs

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
)

// format is how a program writes its log.
type format struct {
	// joins says whether a line belongs to the record before it; it is asked for lines of one stream.
	joins func(p *pending, l line) bool
	// begins says what a record is in the middle of after its first line. Default: plain text.
	begins func(text string) state
	// parse fills the record from its lines. False: it is not in this format.
	parse func(r *record, lines string, read time.Time) bool
}

var formats = map[string]*format{
	"text":       {joins: joinText, begins: beginText},
	"postgresql": {joins: joinPostgres, parse: parsePostgres},
	"rabbitmq":   {joins: joinRabbitMQ, parse: parseRabbitMQ},
	"redis":      {joins: joinRedis, parse: parseRedis},
	"nginx":      {joins: joinNginx, parse: parseNginx},
}

func formatNames() []string {
	names := make([]string, 0, len(formats))
	for name := range formats {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

// parse makes a record of the lines that belong together.
func (f *format) parseRecord(p *pending) record {
	text := strings.TrimRight(p.text.String(), "\n")
	r := record{time: p.begun, body: text}
	known := parseJSON(&r, text, p.begun) || (f.parse != nil && f.parse(&r, text, p.begun)) || parseLogfmt(&r, text, p.begun)
	if !known {
		parseText(&r, text, p.begun)
	}
	if r.traceID.IsEmpty() {
		r.findTrace(text)
	}
	r.set("log.iostream", p.stream)
	if p.cut > 0 {
		r.set("container.log.cut_bytes", int64(p.cut))
	}
	return r
}

// The prefix is the server's own default or longer: `time zone [pid] … SEVERITY:  text`. Ours adds `user@database sqlstate`.
var postgresLine = regexp.MustCompile(
	`^(\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(?:\.\d+)?) (\S+) \[(\d+)\](?: (\S*)@(\S*) ([0-9A-Z]{5}))?.*? ?` +
		`(DEBUG\d?|LOG|INFO|NOTICE|WARNING|ERROR|FATAL|PANIC|DETAIL|HINT|QUERY|CONTEXT|STATEMENT|LOCATION|BACKTRACE):  (.*)`)

const (
	postgresPid   = 3
	postgresLevel = 7
	postgresText  = 8
)

var postgresDetail = map[string]bool{
	"DETAIL": true, "HINT": true, "QUERY": true, "CONTEXT": true, "STATEMENT": true, "LOCATION": true, "BACKTRACE": true,
}

var slowQuery = regexp.MustCompile(`(?s)^(duration: ([\d.]+) ms)(?:  (?:statement|(?:parse|bind|execute) [^:]*): (.*))?$`)

func parsePostgres(r *record, lines string, read time.Time) bool {
	head := postgresLine.FindStringSubmatch(lines)
	if head == nil {
		return false
	}
	r.set("db.system.name", "postgresql")
	if at, err := time.Parse("2006-01-02 15:04:05.999999 MST", head[1]+" "+head[2]); err == nil && head[2] == "UTC" && plausible(at, read) {
		r.time = at
	}
	r.level(head[postgresLevel])
	if head[6] != "" {
		r.set("db.user", head[4])
		r.set("db.namespace", head[5])
		if head[6] != "00000" {
			r.set("db.response.status_code", head[6])
		}
	}
	parts := postgresParts(lines)
	body := make([]string, 0, len(parts))
	for i, part := range parts {
		switch slow := slowQuery.FindStringSubmatch(part.text); {
		case i == 0 && slow != nil:
			r.level("WARNING")
			if duration, err := strconv.ParseFloat(slow[2], 64); err == nil {
				r.set("db.query.duration_ms", duration)
			}
			part.text = slow[1]
			if slow[3] != "" {
				r.statement(slow[3])
				part.text += "  statement: " + maskLiterals(slow[3])
			}
		case part.level == "STATEMENT":
			r.statement(part.text)
			part.text = maskLiterals(part.text)
		case part.level == "QUERY" || part.level == "CONTEXT":
			part.text = maskLiterals(part.text)
		}
		if i > 0 {
			part.text = part.level + ":  " + part.text
		}
		body = append(body, part.text)
	}
	r.body = strings.Join(body, "\n")
	return true
}

// statement is what the database was asked, without its values. A client that says its trace in a comment is found by it.
func (r *record) statement(text string) {
	r.findTrace(text)
	r.set("db.query.text", maskLiterals(text))
}

type postgresPart struct{ level, text string }

// postgresParts splits a record into its message, DETAIL, STATEMENT and so on, without prefixes and the tabs of continued lines.
func postgresParts(lines string) []postgresPart {
	var parts []postgresPart
	for each := range strings.SplitSeq(lines, "\n") {
		if head := postgresLine.FindStringSubmatch(each); head != nil {
			parts = append(parts, postgresPart{head[postgresLevel], head[postgresText]})
		} else if len(parts) > 0 {
			parts[len(parts)-1].text += "\n" + strings.TrimPrefix(each, "\t")
		}
	}
	return parts
}

var rabbitmqLine = regexp.MustCompile(`^(\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d+[+-]\d\d:\d\d) \[(\w+)\] (<[\d.]+>) ?(.*)`)

func parseRabbitMQ(r *record, lines string, read time.Time) bool {
	head := rabbitmqLine.FindStringSubmatch(lines)
	if head == nil {
		return false
	}
	if at, err := time.Parse("2006-01-02 15:04:05.999999-07:00", head[1]); err == nil && plausible(at, read) {
		r.time = at
	}
	r.level(head[2])
	r.set("messaging.system", "rabbitmq")
	r.set("erlang.process.id", head[3])
	var body []string
	for each := range strings.SplitSeq(lines, "\n") {
		if next := rabbitmqLine.FindStringSubmatch(each); next != nil {
			each = next[4]
		}
		body = append(body, each)
	}
	r.body = strings.TrimSpace(strings.Join(body, "\n"))
	return true
}

var redisLine = regexp.MustCompile(`^(\d+):([XCSM]) \d\d \w{3} \d{4} \d\d:\d\d:\d\d\.\d{3} ([.\-*#]) (.*)`)

// redisLevels are Redis' signs for debug, verbose, notice and warning.
var redisLevels = map[string]string{".": "DEBUG", "-": "VERBOSE", "*": "NOTICE", "#": "WARNING"}

// redisRoles are the letters before the time.
var redisRoles = map[string]string{"X": "sentinel", "C": "child", "S": "replica", "M": "master"}

// parseRedis leaves its time alone, which names no zone; the engine's is as exact.
func parseRedis(r *record, lines string, _ time.Time) bool {
	head := redisLine.FindStringSubmatch(lines)
	if head == nil {
		return false
	}
	r.level(redisLevels[head[3]])
	r.set("db.system.name", "redis")
	r.set("redis.role", redisRoles[head[2]])
	_, rest, more := strings.Cut(lines, "\n")
	r.body = head[4]
	if more {
		r.body += "\n" + rest
	}
	return true
}

var (
	nginxError  = regexp.MustCompile(`^\d{4}/\d\d/\d\d \d\d:\d\d:\d\d \[(\w+)\] \d+#\d+: (?:\*(\d+) )?(.*)`)
	nginxAccess = regexp.MustCompile(`^(\S+) - \S+ \[([^\]]+)\] "([A-Z]+) (\S+) [^"]*" (\d{3}) (\d+|-)`)
	nginxField  = regexp.MustCompile(`, (client|server|request|upstream|host|referrer): (?:"([^"]*)"|([^,]*))`)
	lastOctet   = regexp.MustCompile(`(client: \d+\.\d+\.\d+)\.\d+`)
	queryString = regexp.MustCompile(`\?[^\s"]*`)
)

// parseNginx knows the error log and the access log of the default format. Addresses of visitors lose their last part, URLs their query.
func parseNginx(r *record, lines string, read time.Time) bool {
	if head := nginxAccess.FindStringSubmatch(lines); head != nil {
		path := queryString.ReplaceAllString(head[4], "")
		if at, err := time.Parse("02/Jan/2006:15:04:05 -0700", head[2]); err == nil && plausible(at, read) && read.Sub(at) > 2*time.Second {
			r.time = at
		}
		r.set("http.request.method", head[3])
		r.set("url.path", path)
		status, _ := strconv.ParseInt(head[5], 10, 64)
		r.set("http.response.status_code", status)
		if size, err := strconv.ParseInt(head[6], 10, 64); err == nil {
			r.set("http.response.body.size", size)
		}
		r.level("INFO")
		if status >= 500 {
			r.level("WARN")
		}
		r.body = head[3] + " " + path + " " + head[5]
		return true
	}
	head := nginxError.FindStringSubmatch(lines)
	if head == nil {
		return false
	}
	r.level(head[1])
	r.body = queryString.ReplaceAllString(lastOctet.ReplaceAllString(head[3], "$1.0"), "")
	for _, field := range nginxField.FindAllStringSubmatch(r.body, -1) {
		value := field[2] + field[3]
		switch method, rest, ok := strings.Cut(value, " "); field[1] {
		case "request":
			if path, _, more := strings.Cut(rest, " "); ok && more {
				r.set("http.request.method", method)
				r.set("url.path", path)
			}
		case "upstream":
			r.set("nginx.upstream", value)
		case "host":
			r.set("server.address", value)
		}
	}
	return true
}
