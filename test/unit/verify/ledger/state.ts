import type { Reading } from "../../../../verify/ledger/reading.ts";
import { parseMetrics } from "../../../support/collector-metrics.ts";

/** What a collector with one exporter counted since it began. Default of all: 0. */
export interface State {
  readonly uptime?: number;
  readonly received?: number;
  /** Further in, after the exporter or another had or had not taken it. */
  readonly handedBack?: number;
  readonly noise?: number;
  readonly sampledOut?: number;
  readonly held?: number;
  readonly failed?: number;
  readonly given?: number;
  readonly sent?: number;
  readonly rejected?: number;
  readonly full?: number;
  readonly queued?: number;
}

/** Spans, through noise filter and sampler, to the exporter `otlp_http/one`, as the collector's metrics address says it. */
export function scrape(state: State): string {
  const of = (key: keyof State): number => state[key] ?? 0;
  const items = (place: string, outcome: string, value: number) =>
    `otelcol_ledger_items{outcome="${outcome}",place="${place}",signal="traces"} ${value}`;
  const inside = of("received") + of("handedBack");
  return [
    "# TYPE otelcol_process_uptime counter",
    `otelcol_process_uptime ${of("uptime")}`,
    `otelcol_receiver_accepted_spans{receiver="otlp",transport="http"} ${of("received")}`,
    `otelcol_receiver_refused_spans{receiver="otlp",transport="http"} ${of("handedBack")}`,
    items("received", "taken", of("received")),
    items("received", "refused", of("handedBack")),
    items("one", "taken", of("given")),
    `otelcol_processor_incoming_items{otel_signal="traces",processor="memory_limiter"} ${inside + 7}`,
    `otelcol_processor_outgoing_items{otel_signal="traces",processor="memory_limiter"} ${inside}`,
    `otelcol_processor_incoming_items{otel_signal="traces",processor="filter/noise"} ${inside}`,
    `otelcol_processor_outgoing_items{otel_signal="traces",processor="filter/noise"} ${inside - of("noise")}`,
    `otelcol_processor_trace_sampler_spans{decision="dropped",reason="baseline"} ${of("sampledOut")}`,
    `otelcol_processor_trace_sampler_spans{decision="kept",reason="failed"} 3`,
    `otelcol_processor_trace_sampler_held_spans ${of("held")}`,
    `otelcol_processor_trace_sampler_failed_spans ${of("failed")}`,
    `otelcol_exporter_sent_spans{exporter="otlp_http/one"} ${of("sent")}`,
    `otelcol_exporter_send_failed_spans{exporter="otlp_http/one"} ${of("rejected")}`,
    `otelcol_exporter_enqueue_failed_spans{exporter="otlp_http/one"} ${of("full")}`,
    `otelcol_exporter_queue_size{data_type="traces",exporter="otlp_http/one"} ${of("queued")}`,
    "",
  ].join("\n");
}

export const EMPTY: Reading = { at: new Date(0), samples: [] };

export const reading = (state: State, second = 1): Reading => ({
  at: new Date(second * 1000),
  samples: parseMetrics(scrape(state)),
});
