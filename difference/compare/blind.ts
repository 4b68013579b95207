import type { Content } from "../../dashboards/content.ts";
import { AT_LEAST, type Match, type Where } from "../../dashboards/model/expression.ts";
import { prometheusName } from "../../dashboards/model/metric.ts";
import type { Attributes, Inventory, LogShape, MetricShape, Seen, SpanShape } from "../inventory/model.ts";
import { isExported, isOnSeries, isSteady } from "../steady.ts";
import { enumerated, type Finding, type Sentence, say } from "./finding.ts";
import { storedName } from "./metrics.ts";
import { isNeeded, type Read, type Reader, readersOf, wanted } from "./reads.ts";

/**
 * What was shown or judged before and is not any more, because what it reads is gone, has another name or lacks an attribute. A reader that had
 * nothing to read before is not judged.
 */
export function blindFindings(base: Inventory, head: Inventory, content: Content): readonly Finding[] {
  const losses = readersOf(content).flatMap((reader) =>
    reader.reads.flatMap((read) => {
      const reason = isServed(read, base) ? lossOf(read, base, head) : undefined;
      return reason === undefined ? [] : [{ reader, reason }];
    }),
  );
  const groups = Map.groupBy(losses, ({ reason }) => JSON.stringify(reason));
  return [...groups.values()].flatMap((group) => {
    const [first] = group;
    if (first === undefined) return [];
    const readers = KINDS.flatMap((kind) => {
      const names = [...new Set(group.flatMap(({ reader }) => (reader.kind === kind ? [reader.name] : [])))];
      return names.length === 0 ? [] : [say`${words(named(kind, names.length))} (${enumerated(names)})`];
    });
    const all = readers.reduce(
      (before, one, index) => say`${before}${words(index === 0 ? "" : ", ")}${one}`,
      words(""),
    );
    const sentence = say`nothing to read for ${all}: ${first.reason}`;
    return [{ what: "blind", severity: "breaks", signal: "content", service: "", sentence } as const];
  });
}

const KINDS = ["alert", "objective", "panel"] as const satisfies readonly Reader["kind"][];

const named = (kind: Reader["kind"], count: number): string => (count === 1 ? `1 ${kind}` : `${count} ${kind}s`);

const words = (text: string): Sentence => ({ words: [text], names: [] });

/** A store's own view of a run: everything (head), or only what no chance brought (base). */
interface View {
  readonly inventory: Inventory;
  readonly isSent: (metric: MetricShape) => boolean;
  /** Of attributes and values of metrics. */
  readonly isOn: (seen: Seen) => boolean;
  /** Of spans, records, and what is in them. */
  readonly isThere: (seen: Seen) => boolean;
}

const isServed = (read: Read, inventory: Inventory): boolean =>
  lossIn(read, {
    inventory,
    isSent: isExported,
    isOn: isOnSeries,
    isThere: (seen) => isSteady(seen, inventory.rounds),
  }) === undefined;

/** Why it is gone: the largest thing that is. */
function lossOf(read: Read, base: Inventory, head: Inventory): Sentence | undefined {
  const loss = lossIn(read, { inventory: head, isSent: seen, isOn: seen, isThere: seen });
  if (loss === undefined) return undefined;
  const services = wanted(read.where["service.name"] ?? { not: "" }) ?? [];
  const sends = (service: string): boolean =>
    [...head.spans, ...head.metrics, ...head.logs].some((one) => one.service === service);
  if (services.length > 0 && !services.some(sends)) return say`${enumerated(services)} sends nothing`;
  if (read.of !== "metric" || read.metric.source === "presence") return loss;
  const before = base.metrics.filter(
    (one) => storedName(one) === prometheusName(read.metric) && isService(read.where, one.service),
  );
  if (before.every(({ service }) => !head.metrics.some((one) => one.service === service)))
    return say`no metric of ${enumerated(before.map(({ service }) => service))} arrives`;
  if (before.every(({ scope }) => !head.metrics.some((one) => one.scope === scope)))
    return say`no metric of ${enumerated(before.map(({ scope }) => scope))} arrives`;
  return loss;
}

/** Why there is nothing to read; undefined where there is. */
function lossIn(read: Read, view: View): Sentence | undefined {
  switch (read.of) {
    case "metric":
      return read.metric.source === "presence" ? presenceLoss(read.where, view) : metricLoss(read, view);
    case "logs":
      return logLoss(read, view);
    case "spans":
      return spanLoss(read.where, view);
    default:
      return read satisfies never;
  }
}

function presenceLoss(where: Where, { inventory }: View): Sentence | undefined {
  const found = inventory.metrics.some(({ service }) => isService(where, service));
  return found ? undefined : say`no metric of ${serviceIn(where)} arrives`;
}

function metricLoss({ metric, where, by }: Extract<Read, { of: "metric" }>, { inventory, isSent, isOn }: View) {
  const name = prometheusName(metric);
  const sent = inventory.metrics.filter((one) => isSent(one) && isService(where, one.service));
  const found = sent.filter((one) => storedName(one) === name);
  if (found.length === 0) {
    const other = sent.find((one) => one.name === metric.name);
    return other === undefined
      ? say`metric ${metric.name}${ofService(where)} is gone`
      : say`metric ${metric.name}${ofService(where)} is stored as ${storedName(other)}, not as ${name}`;
  }
  const losses = found.map(({ attributes }) => attributeLoss(where, by, attributes, isOn));
  if (losses.includes(undefined)) return undefined;
  return say`metric ${metric.name}${ofService(where)} lacks ${losses[0] ?? ""}`;
}

/** Failures come and go, and whether there were any says nothing of what can be read: only failures have this attribute, */
const OF_FAILURES = "error.type";
/** and only they have another value of this one. */
const OUTCOME = "status.code";

/** What no series has: an attribute, or a value of it that the conventions enumerate. */
function attributeLoss(
  where: Where,
  by: readonly string[],
  attributes: Attributes,
  isOn: View["isOn"],
): string | undefined {
  const has = (key: string): boolean => isOn(attributes[key] ?? NEVER);
  for (const key of by) if (isOwn(key) && key !== OF_FAILURES && !has(key)) return key;
  for (const [key, match] of Object.entries(where)) {
    if (!isOwn(key) || !isNeeded(match) || key === OF_FAILURES) continue;
    if (!has(key)) return key;
    if (key !== OUTCOME && !holds(match, attributes[key]?.known, isOn))
      return `${key}=${wanted(match)?.join("|") ?? ""}`;
  }
  return undefined;
}

const NEVER: Seen = { count: 0, rounds: 0 };
const seen = ({ count }: Pick<Seen, "count">): boolean => count > 0;

const isOwn = (key: string): boolean => key !== "service.name" && key !== "le";

function holds(match: Match, known: Readonly<Record<string, Seen>> | undefined, isOn: View["isOn"]): boolean {
  const values = wanted(match);
  return known === undefined || values === undefined || values.some((value) => isOn(known[value] ?? NEVER));
}

const SEVERITY: Readonly<Record<string, number>> = { trace: 1, debug: 5, info: 9, warn: 13, error: 17, fatal: 21 };

function logLoss(read: Extract<Read, { of: "logs" }>, { inventory, isThere }: View): Sentence | undefined {
  const { where, severity, contains, attributes } = read;
  const least = AT_LEAST[severity];
  const records = inventory.logs.filter(
    (one) => isThere(one) && isService(where, one.service) && (SEVERITY[one.severity] ?? 0) >= least,
  );
  if (records.length === 0) return say`no log record${ofService(where)} arrives`;
  if (contains !== undefined) {
    const found = [...new Set(records.map(({ service }) => service))].some((service) => {
      const seen = inventory.texts[`${service} ${contains}`];
      return seen !== undefined && isThere(seen);
    });
    if (!found) return say`no log record${ofService(where)} says ${contains}`;
  }
  const keys = [...attributes, ...Object.keys(where).filter((key) => isOwn(key) && isNeeded(where[key] ?? ""))];
  const missing = keys.filter((key) => isOwn(key) && !records.some((one) => hasField(one, key, isThere)));
  return missing.length === 0 ? undefined : say`no log record${ofService(where)} has ${enumerated(missing)}`;
}

function hasField({ fields }: LogShape, key: string, isThere: (seen: Seen) => boolean): boolean {
  const field = fields[key];
  return field !== undefined && isThere(field);
}

function spanLoss(where: Where, { inventory, isThere }: View): Sentence | undefined {
  const spans = inventory.spans.filter((one) => isThere(one) && isService(where, one.service));
  if (spans.length === 0) return say`no span${ofService(where)} arrives`;
  const keys = Object.keys(where).filter((key) => isOwn(key) && isNeeded(where[key] ?? ""));
  const has = ({ attributes }: SpanShape) => keys.every((key) => attributes[key] !== undefined);
  return spans.some(has) ? undefined : say`no span${ofService(where)} has ${enumerated(keys)}`;
}

function isService(where: Where, service: string): boolean {
  const match = where["service.name"];
  const values = match === undefined ? undefined : wanted(match);
  return values === undefined || values.includes(service);
}

const serviceIn = (where: Where): string => {
  const match = where["service.name"];
  return (match === undefined ? undefined : wanted(match))?.join(", ") ?? "any service";
};

const ofService = (where: Where): Sentence =>
  where["service.name"] === undefined ? words("") : say` of ${serviceIn(where)}`;
