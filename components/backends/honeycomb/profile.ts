import type { BackendProfile } from "../../../pipeline/backend-profile.ts";

export const INGEST_KEY = "honeycomb-ingest-key";

/** Below the 20 MiB the intake refuses (husky), with room for what batching cannot foresee. */
const MAX_REQUEST_BYTES = 15_000_000;
const MAX_ATTRIBUTE_BYTES = 65_535;

/** Two exporters, since metrics need their dataset in a header while traces and logs go by service.name. */
export function profile(endpoint: string, metricsDataset: string): BackendProfile {
  const headers = { "x-honeycomb-team": { secret: INGEST_KEY } };
  const limits = { endpoint, maxRequestBytes: MAX_REQUEST_BYTES, maxAttributeLength: MAX_ATTRIBUTE_BYTES };
  return {
    name: "honeycomb",
    exporters: [
      // https://docs.honeycomb.io/manage-data-volume/sample/ and husky's otlp/common.go (getSampleRate)
      { signals: ["traces", "logs"], headers, sampleRateAttribute: "SampleRate", ...limits },
      {
        suffix: "metrics",
        signals: ["metrics"],
        headers: { ...headers, "x-honeycomb-dataset": metricsDataset },
        ...limits,
      },
    ],
  };
}
