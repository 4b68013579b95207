import type { Unit } from "../../model/signal.ts";

/** Grafana's names for units. */
export const GRAFANA_UNITS: Readonly<Record<Unit, string>> = {
  s: "s",
  ms: "ms",
  bytes: "bytes",
  "bytes/s": "Bps",
  share: "percentunit",
  percent: "percent",
  "requests/s": "reqps",
  "messages/s": "mps",
  "operations/s": "ops",
  "spans/s": "cps",
  "records/s": "recps",
  "per minute": "cpm",
  count: "short",
  cores: "short",
  state: "none",
};
