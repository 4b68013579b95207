package dockerlogs

import (
	"encoding/json"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"go.opentelemetry.io/collector/pdata/plog"
)

// Bounds of what one record may carry.
const (
	maxAttributes      = 64
	maxAttributeLength = 4096
	maxDepth           = 4
)

// role of a field that is no attribute but a part of the record itself.
type role int

const (
	messageField role = iota
	levelField
	timeField
	traceField
	spanField
	traceparentField
)

// names under which loggers write these fields, without dots, dashes and underscores; the first that a record has counts.
var names = map[role][]string{
	messageField: {"message", "msg", "event", "@m", "shortmessage", "body", "log", "text", "@mt"},
	levelField: {
		"level", "severity", "loglevel", "levelname", "lvl", "severitytext", "@level", "@l", "errorseverity",
	},
	timeField: {"@timestamp", "timestamp", "time", "ts", "@t", "datetime", "asctime", "t"},
	traceField: {
		"traceid", "oteltraceid", "@tr", "logginggoogleapiscom/trace", "xb3traceid",
	},
	spanField:        {"spanid", "otelspanid", "@sp", "logginggoogleapiscom/spanid", "xb3spanid"},
	traceparentField: {"traceparent"},
}

var bare = strings.NewReplacer("_", "", "-", "", ".", "")

// rolesOf finds the key of each role among the fields.
func rolesOf(fields map[string]any) map[role]string {
	byName := make(map[string]string, len(fields))
	for key := range fields {
		name := bare.Replace(strings.ToLower(key))
		if other, ok := byName[name]; !ok || key < other {
			byName[name] = key
		}
	}
	roles := map[role]string{}
	for role, known := range names {
		for _, name := range known {
			if key, ok := byName[name]; ok {
				roles[role] = key
				break
			}
		}
	}
	return roles
}

// parseJSON reads a line that is one JSON object.
func parseJSON(r *record, text string, read time.Time) bool {
	text = strings.TrimSpace(text)
	if !strings.HasPrefix(text, "{") || !strings.HasSuffix(text, "}") {
		return false
	}
	decoder := json.NewDecoder(strings.NewReader(text))
	decoder.UseNumber()
	var object map[string]any
	if decoder.Decode(&object) != nil || decoder.More() {
		return false
	}
	fields := map[string]any{}
	flatten(fields, "", object, 1)
	r.fields(fields, rolesOf(fields), read)
	return true
}

// flatten turns nested objects into keys with dots, and everything else into what an attribute can hold.
func flatten(into map[string]any, prefix string, object map[string]any, depth int) {
	for key, value := range object {
		switch value := value.(type) {
		case map[string]any:
			if depth < maxDepth {
				flatten(into, prefix+key+".", value, depth+1)
				continue
			}
			into[prefix+key] = asJSON(value)
		case []any:
			into[prefix+key] = asJSON(value)
		case json.Number:
			into[prefix+key] = number(value)
		case nil:
		default:
			into[prefix+key] = value
		}
	}
}

func asJSON(value any) string {
	text, _ := json.Marshal(value)
	return string(text)
}

// number is an integer where it can be one; too long for both kinds, it stays a text.
func number(text json.Number) any {
	if whole, err := text.Int64(); err == nil {
		return whole
	}
	if real, err := text.Float64(); err == nil && !math.IsInf(real, 0) && strings.ContainsAny(text.String(), ".eE") {
		return real
	}
	return text.String()
}

// fields gives each field its place in the record. What plays no role, or does not fit its role, becomes an attribute.
func (r *record) fields(fields map[string]any, roles map[role]string, read time.Time) {
	if message, ok := fields[roles[messageField]].(string); ok {
		r.body = message
		delete(fields, roles[messageField])
	}
	take := func(role role, fits func(value any) bool) {
		key, ok := roles[role]
		if ok && fits(fields[key]) {
			delete(fields, key)
		}
	}
	take(levelField, r.levelOf)
	take(timeField, func(value any) bool { return r.timeOf(value, read) })
	take(traceField, func(value any) bool {
		text, _ := value.(string)
		// Google's is `projects/<project>/traces/<id>`.
		return r.trace(strings.ToLower(text[strings.LastIndex(text, "/")+1:]))
	})
	take(spanField, func(value any) bool {
		text, _ := value.(string)
		return r.span(strings.ToLower(text))
	})
	if text, ok := fields[roles[traceparentField]].(string); ok && r.traceID.IsEmpty() {
		r.findTrace(text)
	}
	keys := make([]string, 0, len(fields))
	for key := range fields {
		keys = append(keys, key)
	}
	slices.Sort(keys)
	for i, key := range keys {
		if i == maxAttributes {
			r.set("container.log.fields_left_out", int64(len(keys)-i))
			break
		}
		value := fields[key]
		if text, ok := value.(string); ok && len(text) > maxAttributeLength {
			value = text[:maxAttributeLength]
		}
		r.set(key, value)
	}
}

// levelOf takes a word, or a number as pino and bunyan (10 to 60) or syslog (0 to 7) write it.
func (r *record) levelOf(value any) bool {
	switch value := value.(type) {
	case string:
		if grade, err := strconv.ParseInt(value, 10, 64); err == nil {
			return r.levelOf(grade)
		}
		return r.level(value)
	case int64:
		switch {
		case value >= 0 && value <= 7:
			return r.level([]string{"EMERG", "ALERT", "CRITICAL", "ERROR", "WARNING", "NOTICE", "INFO", "DEBUG"}[value])
		case value >= 10 && value <= 60:
			r.severity = plog.SeverityNumber((value/10-1)*4 + 1)
			r.word = []string{"TRACE", "DEBUG", "INFO", "WARN", "ERROR", "FATAL"}[value/10-1]
			return true
		}
	}
	return false
}

// timeOf takes a text with a zone, or seconds, milli-, micro- or nanoseconds since 1970.
func (r *record) timeOf(value any, read time.Time) bool {
	switch value := value.(type) {
	case string:
		if found := zoned.FindStringSubmatch(value); found != nil {
			return r.named(found[1]+"T"+found[2]+"."+found[3]+"0"+zone(found[4]), read)
		}
		if seconds, err := strconv.ParseFloat(value, 64); err == nil {
			return r.timeOf(seconds, read)
		}
	case float64:
		return r.instant(time.Unix(0, int64(scale(value)*value)), read)
	case int64:
		return r.instant(time.Unix(0, int64(scale(float64(value)))*value), read)
	}
	return false
}

// scale is how many nanoseconds the unit has in which a present time is this large.
func scale(value float64) float64 {
	switch {
	case value < 1e11:
		return 1e9
	case value < 1e14:
		return 1e6
	case value < 1e17:
		return 1e3
	}
	return 1
}

func (r *record) instant(at, read time.Time) bool {
	if !plausible(at, read) {
		return false
	}
	r.time = at
	return true
}
