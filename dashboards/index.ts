/** What a content pack is made with: signals, panels, alerts, objectives. See docs/dashboards.md. */
export { above, alert, below, NO_DATA } from "./model/alert.ts";
export { bars, board, lines, logs, map, stacked, stat, table, traces } from "./model/board.ts";
export {
  absent,
  atMost,
  constant,
  increase,
  level,
  logQuantile,
  logRate,
  mean,
  minus,
  orZero,
  per,
  plus,
  quantile,
  rate,
  ratio,
  series,
  times,
  top,
  unless,
  whenEnough,
} from "./model/build.ts";
export type { Metric } from "./model/metric.ts";
export { type Objective, objective } from "./model/objective.ts";
export { type Signal, signal, type Unit } from "./model/signal.ts";
export { LATENCY, NONE_EXPECTED, SHARE_BAD, SHARE_FULL, SHARE_GOOD } from "./model/thresholds.ts";
export { contentPack } from "./pack.ts";
export { tracedDelay, tracedDuration } from "./signals/functions.ts";
export { recordsPerMinute } from "./signals/logs.ts";
export { spanCalls, spanDuration } from "./signals/spans.ts";
