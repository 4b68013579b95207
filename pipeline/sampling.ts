import type { Processor } from "./components.ts";
import type { ExpectedRates, Sampling } from "./input.ts";

/** Attribute of a scope in which tail sampling records the first policy that kept the trace. */
const POLICY = "tailsampling.policy";
const BASELINE = "baseline";

/**
 * The sampling steps of a backend's traces pipeline: none, or tail sampling with its batch step. `sampleRateAttribute`: where the backend
 * reads for how many spans one stands.
 */
export function samplingSteps(
  sampling: Sampling,
  expected: ExpectedRates,
  sampleRateAttribute?: string,
): readonly Processor[] {
  switch (sampling.mode) {
    case "all":
      return [];
    case "tail": {
      // without a share of the rest every trace that is kept stands for itself
      const extrapolates = sampleRateAttribute !== undefined && sampling.baselinePercent > 0;
      const rate = extrapolates ? [sampleRate(sampling, sampleRateAttribute)] : [];
      return [tailSampling(sampling, expected), ...rate, sampledBatch()];
    }
    default:
      return sampling satisfies never;
  }
}

function tailSampling(
  sampling: Extract<Sampling, { mode: "tail" }>,
  expected: ExpectedRates,
): Processor<"tail_sampling"> {
  const wait = sampling.decisionWaitSeconds ?? 10;
  // the fewest spans a trace has; more spans a trace mean fewer traces
  const tracesPerSecond = Math.max(10, Math.ceil(expected.spans / 2));
  const inFlight = Math.max(1000, tracesPerSecond * wait * 2);
  return {
    kind: "tail_sampling",
    why: "Whole traces: every failed or slow one, and a share of the rest.",
    settings: {
      decision_wait: `${wait}s`,
      num_traces: inFlight,
      expected_new_traces_per_sec: tracesPerSecond,
      // spans that come after the decision follow it; much larger than what is in flight, as it must outlive it
      decision_cache: { sampled_cache_size: inFlight * 10, non_sampled_cache_size: inFlight * 10 },
      policies: [
        { name: "failed", type: "status_code", status_code: { status_codes: ["ERROR"] } },
        { name: "slow", type: "latency", latency: { threshold_ms: sampling.slowMs } },
        { name: BASELINE, type: "probabilistic", probabilistic: { sampling_percentage: sampling.baselinePercent } },
      ],
    },
  };
}

/** Failed and slow traces are all there, each span standing for itself; of the others, each span stands for those left out as well. */
function sampleRate(
  { baselinePercent }: Extract<Sampling, { mode: "tail" }>,
  attribute: string,
): Processor<"transform"> {
  const rate = Math.max(1, Math.round(100 / baselinePercent));
  const kept = `instrumentation_scope.attributes["${POLICY}"] == "${BASELINE}"`;
  return {
    kind: "transform",
    name: "sample-rate",
    settings: {
      error_mode: "ignore",
      trace_statements: [{ context: "span", statements: [`set(attributes["${attribute}"], ${rate}) where ${kept}`] }],
    },
  };
}

/**
 * Arguments a collector with this configuration is started with, besides the configuration: tail sampling records its policy behind a
 * feature gate (since 0.120.0, still alpha in 0.159.0).
 */
export function startArguments(config: string): readonly string[] {
  return config.includes(POLICY) ? ["--feature-gates=processor.tailsamplingprocessor.recordpolicy"] : [];
}

function sampledBatch(): Processor<"batch"> {
  return {
    kind: "batch",
    name: "sampled",
    why: "Sampling emits one trace at a time, and each would be a transaction of the queue on disk. No risk is added: it held them in memory already.",
    settings: { timeout: "200ms", send_batch_size: 2048, send_batch_max_size: 4096 },
  };
}
