import type { NewRelicCondition } from "../../../../dashboards/render/new-relic/dashboard.ts";
import type { Recording } from "../recorded/recording.ts";
import { type Query, readNrql } from "./nrql.ts";
import { type Row, storedByNewRelic, type Tables } from "./rows.ts";

/** Everything an alert condition may say today; another property means another behaviour, which is then to be written here. */
const KNOWN = [
  "id severity name type description runbookUrl nrql critical aggregationWindow aggregationMethod aggregationDelay aggregationTimer slideBy",
  "violationTimeLimitSeconds expirationDuration openViolationOnExpiration closeViolationsOnExpiration",
].flatMap((names) => names.split(" "));

/**
 * True when New Relic has a violation open at a moment (seconds). One signal for each facet; per window of it a value is compared.
 * `all`: every value of the threshold's duration breaks it; `at_least_once`: one does. A window without data is not judged, and
 * after the expiration the signal is lost, which opens a violation or closes it.
 */
export function violatedAt(condition: NewRelicCondition, recording: Recording, seconds: number): boolean {
  const unknown = Object.keys(condition).filter((key) => !KNOWN.includes(key));
  if (unknown.length > 0) throw new Error(`Unknown properties of a condition: ${unknown.join(", ")}.`);
  const query = readNrql(condition.nrql.query);
  const rows = stored(recording)[query.from].filter((row) => query.where(row) && hasPart(row, query));
  return [...byFacet(rows, query).values()].some((signal) => openAt(condition, query, signal, seconds));
}

const seen = new WeakMap<Recording, Tables>();

function stored(recording: Recording): Tables {
  const tables = seen.get(recording) ?? storedByNewRelic(recording);
  seen.set(recording, tables);
  return tables;
}

function hasPart(row: Row, { select, facet }: Query): boolean {
  const named = select.metrics.length === 0 || select.metrics.some((metric) => row[metric] !== undefined);
  return named && facet.every((key) => row[key] !== undefined);
}

function byFacet(rows: readonly Row[], { facet }: Query): ReadonlyMap<string, readonly Row[]> {
  return Map.groupBy(rows, (row) => facet.map((key) => String(row[key])).join("|"));
}

function openAt(condition: NewRelicCondition, query: Query, signal: readonly Row[], until: number): boolean {
  const { critical, aggregationWindow: window, expirationDuration } = condition;
  const step = condition.slideBy ?? window;
  const needed = critical.thresholdOccurrences === "all" ? critical.thresholdDuration / step : 1;
  const verdicts: boolean[] = [];
  let open = false;
  let seenAt: number | undefined;
  for (let end = window; end <= until; end += step) {
    const inside = signal.filter(({ timestamp }) => timestamp >= (end - window) * 1000 && timestamp < end * 1000);
    if (inside.some(({ timestamp }) => timestamp >= (end - step) * 1000)) seenAt = end;
    const lost = seenAt !== undefined && end - seenAt >= expirationDuration;
    if (lost) {
      if (condition.openViolationOnExpiration) open = true;
      else if (condition.closeViolationsOnExpiration) open = false;
      verdicts.length = 0;
      continue;
    }
    const known = inside.length > 0 && aggregated(condition, signal, inside, end, until);
    const value = known ? query.select.value(inside, window) : undefined;
    if (value === undefined) continue;
    verdicts.push(critical.operator === "above" ? value > critical.threshold : value < critical.threshold);
    if (verdicts.length >= needed && verdicts.slice(-needed).every(Boolean)) open = true;
    if (verdicts.slice(-critical.thresholdDuration / step).every((breaks) => !breaks)) open = false;
  }
  return open;
}

/**
 * Whether a window has been aggregated by now. `event_flow` waits for data that is later by the delay; `event_timer` for so long a
 * silence after the last data of the window.
 * https://docs.newrelic.com/docs/alerts/create-alert/fine-tune/streaming-alerts-key-terms-concepts/#aggregation-methods
 */
function aggregated(
  { aggregationMethod, aggregationDelay, aggregationTimer }: NewRelicCondition,
  signal: readonly Row[],
  inside: readonly Row[],
  end: number,
  now: number,
): boolean {
  if (aggregationMethod === "event_timer") {
    const last = Math.max(...inside.map(({ timestamp }) => timestamp));
    return now * 1000 >= Math.max(last, end * 1000) + Number(aggregationTimer) * 1000;
  }
  const later = (end + Number(aggregationDelay)) * 1000;
  return signal.some(({ timestamp }) => timestamp >= later && timestamp <= now * 1000);
}
