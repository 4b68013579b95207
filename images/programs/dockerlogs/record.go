package dockerlogs

import (
	"strings"
	"time"

	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/plog"
)

// pending is a record whose lines are still coming.
type pending struct {
	stream string
	// begun and last are the times of the first and the latest line.
	begun, last time.Time
	// arrived is when the latest line came to us, by our clock.
	arrived time.Time
	text    strings.Builder
	first   string
	cut     int
	// at is the place behind its latest line.
	at mark
	// inside is what kind of text its lines are in the middle of.
	inside state
}

// record is what a container said, parsed.
type record struct {
	// time by the container itself where it names one that can be trusted, else by the engine.
	time       time.Time
	severity   plog.SeverityNumber
	word       string
	body       string
	attributes map[string]any
	traceID    pcommon.TraceID
	spanID     pcommon.SpanID
}

// severities by their words in small letters: those of syslog, Python, Java, Go, RabbitMQ, Redis and PostgreSQL.
var severities = map[string]plog.SeverityNumber{
	"trace": plog.SeverityNumberTrace, "verbose": plog.SeverityNumberDebug, "debug": plog.SeverityNumberDebug,
	"debug1": plog.SeverityNumberDebug, "debug2": plog.SeverityNumberDebug, "debug3": plog.SeverityNumberDebug,
	"debug4": plog.SeverityNumberDebug, "debug5": plog.SeverityNumberDebug, "dbg": plog.SeverityNumberDebug,
	"fine": plog.SeverityNumberDebug,
	"info": plog.SeverityNumberInfo, "inf": plog.SeverityNumberInfo, "information": plog.SeverityNumberInfo,
	"informational": plog.SeverityNumberInfo, "log": plog.SeverityNumberInfo, "notice": plog.SeverityNumberInfo2,
	"warn": plog.SeverityNumberWarn, "warning": plog.SeverityNumberWarn, "wrn": plog.SeverityNumberWarn,
	"error": plog.SeverityNumberError, "err": plog.SeverityNumberError, "eror": plog.SeverityNumberError,
	"severe": plog.SeverityNumberError, "critical": plog.SeverityNumberError2, "crit": plog.SeverityNumberError2,
	"alert": plog.SeverityNumberError3, "emerg": plog.SeverityNumberFatal, "emergency": plog.SeverityNumberFatal,
	"fatal": plog.SeverityNumberFatal, "ftl": plog.SeverityNumberFatal, "panic": plog.SeverityNumberFatal,
}

// level sets the severity from a word; an unknown word changes nothing.
func (r *record) level(word string) bool {
	number, ok := severities[strings.ToLower(word)]
	if ok {
		r.severity, r.word = number, strings.ToUpper(word)
	}
	return ok
}

func (r *record) set(key string, value any) {
	if r.attributes == nil {
		r.attributes = map[string]any{}
	}
	r.attributes[key] = value
}

// plausible says whether a time that a container names fits the one the engine read its line at; another one is a wrong clock or means
// something else.
func plausible(named, read time.Time) bool {
	return named.After(read.Add(-24*time.Hour)) && named.Before(read.Add(5*time.Minute))
}

// writeTo makes it a record of a batch.
func (r *record) writeTo(to plog.LogRecord, now time.Time) {
	to.SetTimestamp(pcommon.NewTimestampFromTime(r.time))
	to.SetObservedTimestamp(pcommon.NewTimestampFromTime(now))
	to.SetSeverityNumber(r.severity)
	to.SetSeverityText(r.word)
	to.Body().SetStr(strings.ToValidUTF8(r.body, "\uFFFD"))
	to.SetTraceID(r.traceID)
	to.SetSpanID(r.spanID)
	for key, value := range r.attributes {
		if text, ok := value.(string); ok {
			value = strings.ToValidUTF8(text, "\uFFFD")
		}
		// Only kinds that FromRaw knows are put there.
		_ = to.Attributes().PutEmpty(key).FromRaw(value)
	}
}
