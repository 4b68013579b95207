import type { Json } from "../../verify/json.ts";
import { logShapes } from "./logs.ts";
import { metricShapes } from "./metrics.ts";
import { type Inventory, type ResourceShape, type RunFacts, SIGNALS } from "./model.ts";
import { LOGS, leavesOf, METRICS, millis, TRACES } from "./otlp.ts";
import { Fields, obtain } from "./seen.ts";
import { spanShapes } from "./spans.ts";

/** Parts into which a recording is cut that does not say when the application was used. */
const PARTS = 4;

/** What a run sent, from OTLP requests in JSON: as the collector's file exporter writes them, one a line, or as `--record` does. Pure. */
export function takeInventory(requests: readonly Json[], facts: RunFacts): Inventory {
  const marks = facts.rounds.length > 1 ? facts.rounds : evenMarks(requests);
  const rounds = Math.max(0, marks.length - 1);
  const roundOf = (at: number): number => Math.min(rounds, marks.filter((mark) => mark <= at).length) - 1;
  const first = marks[0] ?? 0;
  const { stack, commit, drive } = facts;
  return {
    version: 1,
    stack,
    ...(commit !== undefined && { commit }),
    ...(drive !== undefined && { drive }),
    rounds,
    seconds: Math.round(((marks.at(-1) ?? first) - first) / 1000),
    ...spanShapes(requests, roundOf, rounds),
    metrics: metricShapes(requests, roundOf),
    ...logShapes(requests, roundOf, facts.texts),
    resources: resourceShapes(requests),
  };
}

/** Metrics made from spans bear the resource of whichever span of the service came first, a visitor's browser or its nginx. */
const MADE_FROM_SPANS = /connector$/;

function resourceShapes(requests: readonly Json[]): readonly ResourceShape[] {
  const leaves = { traces: TRACES, metrics: METRICS, logs: LOGS };
  return SIGNALS.flatMap((signal) => {
    const shapes = new Map<string, Fields>();
    for (const { service, resource, scope } of leavesOf(requests, leaves[signal]))
      if (!MADE_FROM_SPANS.test(scope)) obtain(shapes, service, () => new Fields()).add(resource, -1);
    return [...shapes]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([service, fields]) => ({ service, signal, attributes: fields.uses }));
  });
}

function evenMarks(requests: readonly Json[]): readonly number[] {
  let [first, last] = [Number.POSITIVE_INFINITY, 0];
  const times = [
    ...[...leavesOf(requests, TRACES)].map(({ item }) => millis(item.startTimeUnixNano)),
    ...[...leavesOf(requests, LOGS)].map(({ item }) => millis(item.timeUnixNano)),
  ];
  for (const at of times) {
    if (at === 0) continue;
    first = Math.min(first, at);
    last = Math.max(last, at);
  }
  if (last <= first) return [];
  const marks = Array.from({ length: PARTS + 1 }, (_, part) => first + (part * (last - first)) / PARTS);
  return marks.map(Math.floor);
}
