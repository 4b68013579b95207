package ledger

import (
	"strings"

	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/pmetric"
)

// itemsMetric is what itemcounter counts.
const itemsMetric = "otelcol_ledger_items"

// sample is one number of the collector's own metrics.
type sample struct {
	name   string
	labels pcommon.Map
	value  float64
}

// reading is what the collector said of itself at one moment.
type reading []sample

// read takes what the books need out of the collector's own metrics.
func read(data pmetric.Metrics) reading {
	var all reading
	for _, resource := range data.ResourceMetrics().All() {
		for _, scope := range resource.ScopeMetrics().All() {
			for _, one := range scope.Metrics().All() {
				switch one.Type() {
				case pmetric.MetricTypeSum:
					all = all.with(one.Name(), one.Sum().DataPoints())
				case pmetric.MetricTypeGauge:
					all = all.with(one.Name(), one.Gauge().DataPoints())
				}
			}
		}
	}
	return all
}

func (r reading) with(name string, points pmetric.NumberDataPointSlice) reading {
	if !strings.HasPrefix(name, "otelcol_") {
		return r
	}
	for _, point := range points.All() {
		value := point.DoubleValue()
		if point.ValueType() == pmetric.NumberDataPointValueTypeInt {
			value = float64(point.IntValue())
		}
		r = append(r, sample{name, point.Attributes(), value})
	}
	return r
}

// where holds labels and the values they must have.
type where map[string]string

func (s sample) is(w where) bool {
	for key, value := range w {
		got, ok := s.labels.Get(key)
		if !ok {
			// as it is scraped without the names of UTF-8
			got, ok = s.labels.Get(strings.ReplaceAll(key, ".", "_"))
		}
		if !ok || got.AsString() != value {
			return false
		}
	}
	return true
}

func (r reading) sum(name string, w where) float64 {
	sum := 0.0
	for _, one := range r {
		if one.name == name && one.is(w) {
			sum += one.value
		}
	}
	return sum
}

// exit is one exporter's queue of one signal.
type exit struct{ exporter, signal string }

// name of the exporter, behind its kind.
func (e exit) name() string {
	_, name, _ := strings.Cut(e.exporter, "/")
	return name
}

// exits are the queues there are, by what they say of their size.
func (r reading) exits() []exit {
	var all []exit
	for _, one := range r {
		if one.name != "otelcol_exporter_queue_size" {
			continue
		}
		exporter, _ := one.labels.Get("exporter")
		signal, _ := one.labels.Get("data_type")
		all = append(all, exit{exporter.AsString(), signal.AsString()})
	}
	return all
}

var units = map[string]string{"traces": "spans", "metrics": "metric_points", "logs": "log_records", "profiles": "profile_samples"}

// missingAtExit is what was given to an exporter and is nowhere.
func (r reading) missingAtExit(e exit) float64 {
	ended := 0.0
	for _, what := range []string{"sent", "send_failed", "enqueue_failed"} {
		ended += r.sum("otelcol_exporter_"+what+"_"+units[e.signal], where{"exporter": e.exporter})
	}
	queued := r.sum("otelcol_exporter_queue_size", where{"exporter": e.exporter, "data_type": e.signal})
	return r.sum(itemsMetric, where{"place": e.name(), "signal": e.signal}) - ended - queued
}

// missingBefore is what was received, was not to be dropped, and never came to an exporter.
func (r reading) missingBefore(e exit, rules []string) float64 {
	received := r.sum(itemsMetric, where{"place": "received", "signal": e.signal})
	for _, rule := range rules {
		if _, other, specific := strings.Cut(rule, "/to-"); specific && other != e.name() {
			continue
		}
		of := where{"processor": rule, "otel.signal": e.signal}
		received -= r.sum("otelcol_processor_incoming_items", of) - r.sum("otelcol_processor_outgoing_items", of)
	}
	switch e.signal {
	case "traces":
		received -= r.sum("otelcol_processor_trace_sampler_spans", where{"decision": "dropped"})
		received -= r.sum("otelcol_processor_trace_sampler_failed_spans", nil)
		received -= r.sum("otelcol_processor_trace_sampler_held_spans", nil)
	case "metrics":
		received -= r.sum("otelcol_processor_clock_guard_items", where{"signal": "metrics"})
		received -= r.sum("otelcol_processor_series_limit_dropped_points", nil)
	case "logs":
		received -= r.sum("otelcol_processor_log_dedup_dropped_records", nil)
	}
	return received - r.sum(itemsMetric, where{"place": e.name(), "signal": e.signal})
}
