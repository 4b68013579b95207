import type { Unit } from "../../model/signal.ts";

/** Grafana's name for a unit. */
export function grafanaUnit(unit: Unit): string {
  switch (unit) {
    case "s":
    case "ms":
    case "bytes":
    case "percent":
      return unit;
    case "bytes/s":
      return "Bps";
    case "share":
      return "percentunit";
    case "requests/s":
      return "reqps";
    case "messages/s":
      return "mps";
    case "operations/s":
      return "ops";
    case "spans/s":
      return "cps";
    case "records/s":
      return "recps";
    case "per minute":
      return "cpm";
    case "count":
    case "cores":
      return "short";
    case "state":
      return "none";
    default:
      return unit satisfies never;
  }
}
