import { level, rate, times } from "../model/build.ts";
import type { Metric, MetricKind } from "../model/metric.ts";
import { signalsOf } from "../model/signal.ts";

const metric = (name: string, kind: MetricKind, unit: string, ...attributes: readonly string[]): Metric => ({
  name,
  kind,
  unit,
  source: "sdk:libraries",
  attributes: ["service.name", "service.instance.id", ...attributes],
});

const share = metric("telemetry.overhead.share", "gauge", "1");
const shedLevel = metric("telemetry.overhead.level", "gauge", "{level}");
const shedItems = metric("telemetry.shed.items", "counter", "{item}", "reason");

/** What the instrumentation of a service costs, where `services[].overhead` limits it, and what it sheds. */
export function overheadSignals(service: string) {
  const of = signalsOf(service);
  const where = { "service.name": service };
  return {
    share: of("overhead-share", "Overhead", "share", {
      meaning: "CPU time of the instrumentation as a share of the application's own, in the process with the most",
      value: level(share, { where, aggregate: "max" }),
    }),
    level: of("overhead-level", "Level", "count", {
      meaning: "How much the instrumentation sheds, 0 nothing and 4 the most, in the process that sheds most",
      value: level(shedLevel, { where, aggregate: "max" }),
    }),
    shed: of("overhead-shed", "Shed", "per minute", {
      meaning: "Spans and records that the instrumentation sheds per minute, by reason",
      value: times(rate(shedItems, { where, by: ["reason"] }), 60),
    }),
  };
}
