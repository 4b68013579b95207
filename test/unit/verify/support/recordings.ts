import { readFileSync } from "node:fs";
import type { Held } from "./fake-backend.ts";

/** A complete run of the example application as Jaeger, Prometheus and Loki answered it; see recordings/README.md. */
export const recorded: Held & { readonly since: string } = JSON.parse(
  readFileSync(new URL("../recordings/jaeger-backend.recording", import.meta.url), "utf8"),
);

/** Only data from after this instant, which lies just before the recorded run. */
export const since = new Date(recorded.since);

export const empty: Held = { traces: {}, series: [], logs: {} };
