import { componentId } from "./component.ts";
import type { Processor } from "./components.ts";
import type { PipelineInput, Sampling } from "./input.ts";
import type { Fragment } from "./model.ts";

/** Attribute of a scope in which upstream's tail sampling records the first policy that kept the trace. */
const POLICY = "tailsampling.policy";
const BASELINE = "baseline";

type Tail = Extract<Sampling, { mode: "tail" }>;

/** Whether anything can be left out here. */
function samples({ ceiling, ...sampling }: Sampling): boolean {
  return ceiling !== undefined || (sampling.mode !== "all" && sampling.baselinePercent < 100);
}

/** Sampled once for all backends: where spans enter, and the pipeline that leads `to` the backends; straight to them where every trace is kept. */
export function sampledTraces(
  input: PipelineInput,
  to: readonly string[],
): { readonly entrance: readonly string[]; readonly part: Fragment } {
  const steps = samplingSteps(input);
  if (steps.length === 0) return { entrance: to, part: {} };
  const forward = { kind: "forward", name: "sampled", settings: {} } as const;
  const entrance = [componentId(forward)];
  const processors = steps.map(componentId);
  const pipeline = { signal: "traces", name: "sampled", receivers: entrance, processors, exporters: to } as const;
  return { entrance, part: { processors: steps, connectors: [forward], pipelines: [pipeline] } };
}

function samplingSteps(input: PipelineInput): readonly Processor[] {
  const { sampling, backends, collector, sampledBefore } = input;
  const exporters = backends.flatMap((backend) => backend.exporters);
  const attributes = [...new Set(exporters.flatMap((exporter) => exporter.sampleRateAttribute ?? []))];
  const own = collector.distribution === "own";
  if (!samples(sampling) && !(own && sampledBefore === true && attributes.length > 0)) return [];
  if (own) return [traceSampler(sampling, collector.memoryMiB, attributes)];
  switch (sampling.mode) {
    case "all":
      return [];
    case "head":
      return [headSampling(sampling.baselinePercent), ...sampleRate(sampling.baselinePercent, attributes)];
    case "tail": {
      const kept = ` where instrumentation_scope.attributes["${POLICY}"] == "${BASELINE}"`;
      const rates = sampleRate(sampling.baselinePercent, attributes, kept);
      return [tailSampling(sampling, collector.memoryMiB), ...rates, sampledBatch];
    }
    default:
      return sampling satisfies never;
  }
}

/**
 * Memory for the traces that wait for their decision, out of the container's. Three times as much is on the heap before the runtime has
 * collected its garbage, and the limiter must not refuse for that.
 */
const SHARE_OF_MEMORY = 0.15;

function memoryBytes(memoryMiB: number): number {
  return Math.floor(memoryMiB * SHARE_OF_MEMORY) * 2 ** 20;
}

function decisionWait({ slowMs, decisionWaitSeconds }: Tail): number {
  return decisionWaitSeconds ?? Math.max(10, Math.ceil(slowMs / 1000) + 5);
}

function traceSampler(
  sampling: Sampling,
  memoryMiB: number,
  attributes: readonly string[],
): Processor<"trace_sampler"> {
  return {
    kind: "trace_sampler",
    why: "What does not fit into its memory is decided early, and every span is counted: otelcol_processor_trace_sampler_spans.",
    settings: {
      mode: sampling.mode === "tail" ? "tail" : "head",
      baseline: sampling.mode === "all" ? 100 : sampling.baselinePercent,
      ...(sampling.mode === "tail"
        ? { slow: `${sampling.slowMs}ms`, decision_wait: `${decisionWait(sampling)}s` }
        : {}),
      memory_bytes: memoryBytes(memoryMiB),
      ...(sampling.ceiling === undefined ? {} : { ceiling: sampling.ceiling }),
      ...(attributes.length === 0 ? {} : { rate_attributes: attributes }),
    },
  };
}

/** Measured: a span that tail sampling of the upstream distribution holds takes 1.44 KB. */
const BYTES_PER_SPAN = 1440;

/**
 * It bounds traces, not bytes, and what exceeds the bound is dropped undecided. So there is room for as many traces of one span as fit into
 * memory: of larger traces the memory limiter refuses some before that, and their senders try again.
 */
function tailSampling(sampling: Tail, memoryMiB: number): Processor<"tail_sampling"> {
  const wait = decisionWait(sampling);
  const traces = Math.floor(memoryBytes(memoryMiB) / BYTES_PER_SPAN);
  return {
    kind: "tail_sampling",
    why: "Whole traces: every failed or slow one, and a share of the rest.",
    settings: {
      decision_wait: `${wait}s`,
      num_traces: traces,
      // only what is allocated at once
      expected_new_traces_per_sec: Math.ceil(traces / wait / 10),
      // spans that come after the decision follow it
      decision_cache: { sampled_cache_size: traces * 2, non_sampled_cache_size: traces * 2 },
      policies: [
        { name: "failed", type: "status_code", status_code: { status_codes: ["ERROR"] } },
        { name: "slow", type: "latency", latency: { threshold_ms: sampling.slowMs } },
        { name: BASELINE, type: "probabilistic", probabilistic: { sampling_percentage: sampling.baselinePercent } },
      ],
    },
  };
}

function headSampling(percent: number): Processor<"probabilistic_sampler"> {
  return {
    kind: "probabilistic_sampler",
    why: "By trace id, so that every collector keeps the same traces; failed ones are kept no more often than others.",
    settings: { mode: "equalizing", sampling_percentage: percent, fail_closed: false },
  };
}

/** Each span that is kept stands for those left out as well; failed and slow ones, which tail sampling keeps all, for themselves. */
function sampleRate(percent: number, attributes: readonly string[], where = ""): readonly Processor[] {
  // without a share of the rest every trace that is kept stands for itself
  if (attributes.length === 0 || percent === 0) return [];
  const rate = Math.max(1, Math.round(100 / percent));
  const statements = attributes.map((attribute) => `set(attributes["${attribute}"], ${rate})${where}`);
  return [
    {
      kind: "transform",
      name: "sample-rate",
      settings: { error_mode: "ignore", trace_statements: [{ context: "span", statements }] },
    },
  ];
}

/** Whether tail sampling in a rendered configuration must record its policy. */
export const recordsPolicy = (config: string): boolean => config.includes(POLICY);

const sampledBatch: Processor<"batch"> = {
  kind: "batch",
  name: "sampled",
  why: "Tail sampling emits one trace at a time, and each would be a transaction of the queue on disk. No risk is added: it held them in memory already.",
  settings: { timeout: "200ms", send_batch_size: 2048, send_batch_max_size: 4096 },
};
