import type { BatchProcessor, Processor, TailSamplingProcessor } from "./components/processors.ts";
import type { ExpectedRates, Sampling } from "./input.ts";

/** The sampling steps of a backend's traces pipeline: none, or tail sampling with its batch step. */
export function samplingSteps(sampling: Sampling, expected: ExpectedRates): readonly Processor[] {
  switch (sampling.mode) {
    case "all":
      return [];
    case "tail":
      return [tailSampling(sampling, expected), sampledBatch()];
    default:
      return sampling satisfies never;
  }
}

function tailSampling(sampling: Extract<Sampling, { mode: "tail" }>, expected: ExpectedRates): TailSamplingProcessor {
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
        { name: "baseline", type: "probabilistic", probabilistic: { sampling_percentage: sampling.baselinePercent } },
      ],
    },
  };
}

function sampledBatch(): BatchProcessor {
  return {
    kind: "batch",
    name: "sampled",
    why: "Sampling emits one trace at a time, and each would be a transaction of the queue on disk. No risk is added: it held them in memory already.",
    settings: { timeout: "200ms", send_batch_size: 2048, send_batch_max_size: 4096 },
  };
}
