import { createHash } from "node:crypto";
import { SIGNALS, type TelemetrySignal } from "../../../pipeline/signal.ts";
import type { Payload, Value } from "./payload.ts";

/** OTLP/JSON of one span, log record or metric, with what it stands in. */
export interface Item {
  readonly resource: Json;
  readonly scope: Json;
  readonly record: Json;
}

export interface Json {
  readonly [key: string]: unknown;
}

/** A place of a span, a log record or a metric where an application can put something. */
export interface Place {
  readonly name: string;
  readonly signal: TelemetrySignal;
  /** Undefined where the payload cannot occur. */
  put(payload: Payload): Partial<Item> | undefined;
  /** What arrived at the place, to be compared with what was put there. */
  at(item: Item): unknown;
}

/** What a text stands under where it needs a key. */
const TEXT_KEY = "detail";

const nanos = String(BigInt(Date.now()) * 1_000_000n);

type KeyValue = readonly [key: string, value: Value];

const pairOf = ({ content }: Payload): KeyValue =>
  "text" in content ? [TEXT_KEY, content.text] : [content.key, content.value];

const attribute = ([key, value]: KeyValue): Json => ({ key, value: anyValue(value) });

/** @param build the item around the payload's key and value */
const keyed = (
  name: string,
  signal: TelemetrySignal,
  build: (attributes: readonly Json[], pair: KeyValue) => Partial<Item>,
  at: (item: Item) => unknown,
): Place => ({ name, signal, put: (payload) => build([attribute(pairOf(payload))], pairOf(payload)), at });

const text = (
  name: string,
  signal: TelemetrySignal,
  build: (text: string) => Partial<Item> | undefined,
  at: (item: Item) => unknown,
): Place => ({
  name,
  signal,
  put: ({ content }) => ("text" in content ? build(content.text) : undefined),
  at,
});

/** `user.name="Jane Doe"`, as Go's loggers write. */
const logfmt: Place = {
  name: "log body logfmt",
  signal: "logs",
  put: ({ content }) => {
    if ("text" in content || typeof content.value === "object" || /\s/.test(content.key)) return undefined;
    const value = String(content.value);
    const shown = /[\s"=]/.test(value) ? JSON.stringify(value) : value;
    return log({ stringValue: `level=info msg=done ${content.key}=${shown} took=12ms` });
  },
  at: bodyOf,
};

/** The payload as a member of a map, a list or JSON in text. */
const member = (pair: KeyValue): { readonly [key: string]: Value } => ({ level: "info", [pair[0]]: pair[1] });

const bytes = (one: string): Json => ({ bytesValue: Buffer.from(one).toString("base64") });
const log = (body: unknown): Partial<Item> => ({ record: { body } });
const span = (record: Json): Partial<Item> => ({ record });

const first = (list: unknown): Json => (Array.isArray(list) ? (list[0] ?? {}) : {});
const attributesOf = (holder: unknown): unknown => (holder as Json | undefined)?.attributes;

function bodyOf({ record }: Item): unknown {
  return record.body;
}
const recordAttributes = ({ record }: Item) => attributesOf(record);
const eventOf = ({ record }: Item) => first(record.events);
const linkOf = ({ record }: Item) => first(record.links);

const TRACE = createHash("sha256").update("a trace that is not here").digest("hex");
const LINKED = { traceId: TRACE.slice(0, 32), spanId: TRACE.slice(32, 48) };

/** Values of `tracestate` are printable ASCII without comma and equals sign, 256 at most. */
const stateOf = (value: string): string | undefined =>
  /^[ -+\--<>-~]{1,256}$/.test(value) ? `app=${value}` : undefined;

const spanPlaces: readonly Place[] = [
  text(
    "span name",
    "traces",
    (name) => span({ name }),
    ({ record }) => record.name,
  ),
  keyed("span attribute", "traces", (attributes) => span({ attributes }), recordAttributes),
  keyed("span attribute map", "traces", (_, pair) => span(nested("request", member(pair))), recordAttributes),
  text(
    "span attribute bytes",
    "traces",
    (one) => span({ attributes: [{ key: TEXT_KEY, value: bytes(one) }] }),
    recordAttributes,
  ),
  text("span attribute list", "traces", (one) => span(nested("lines", ["begin", one])), recordAttributes),
  text(
    "span status",
    "traces",
    (message) => span({ status: { code: 2, message } }),
    ({ record }) => (record.status as Json | undefined)?.message,
  ),
  text(
    "span event name",
    "traces",
    (name) => span({ events: [event({ name })] }),
    (item) => eventOf(item).name,
  ),
  keyed(
    "span event attribute",
    "traces",
    (attributes) => span({ events: [event({ name: "done", attributes })] }),
    (item) => attributesOf(eventOf(item)),
  ),
  text(
    "exception message",
    "traces",
    (one) => exception("exception.message", one),
    (item) => attributesOf(eventOf(item)),
  ),
  text(
    "exception stack trace",
    "traces",
    (one) =>
      exception(
        "exception.stacktrace",
        `Traceback (most recent call last):\n  File "/app/main.py", line 12, in run\nError: ${one}`,
      ),
    (item) => attributesOf(eventOf(item)),
  ),
  keyed(
    "span link attribute",
    "traces",
    (attributes) => span({ links: [{ ...LINKED, attributes }] }),
    (item) => attributesOf(linkOf(item)),
  ),
  text(
    "tracestate",
    "traces",
    (one) => (stateOf(one) === undefined ? undefined : span({ traceState: stateOf(one) })),
    ({ record }) => record.traceState,
  ),
  text(
    "span link tracestate",
    "traces",
    (one) => (stateOf(one) === undefined ? undefined : span({ links: [{ ...LINKED, traceState: stateOf(one) }] })),
    (item) => linkOf(item).traceState,
  ),
];

const logPlaces: readonly Place[] = [
  text("log body text", "logs", (stringValue) => log({ stringValue }), bodyOf),
  keyed("log body map", "logs", (_, pair) => log(anyValue(member(pair))), bodyOf),
  text("log body bytes", "logs", (one) => log(bytes(one)), bodyOf),
  text("log body list", "logs", (one) => log(anyValue(["begin", one])), bodyOf),
  keyed("log body nested", "logs", (_, pair) => log(anyValue({ event: { items: [member(pair)] } })), bodyOf),
  keyed("log body JSON", "logs", (_, pair) => log({ stringValue: json(member(pair)) }), bodyOf),
  keyed("log body escaped JSON", "logs", (_, pair) => log({ stringValue: json({ log: json(member(pair)) }) }), bodyOf),
  logfmt,
  keyed("log attribute", "logs", (attributes) => ({ record: { attributes } }), recordAttributes),
  keyed("log attribute map", "logs", (_, pair) => ({ record: nested("request", member(pair)) }), recordAttributes),
  text("log attribute list", "logs", (one) => ({ record: nested("lines", ["begin", one]) }), recordAttributes),
  keyed(
    "log attribute JSON",
    "logs",
    (_, pair) => ({ record: nested("payload", json(member(pair))) }),
    recordAttributes,
  ),
  text(
    "log event name",
    "logs",
    (eventName) => ({ record: { eventName } }),
    ({ record }) => record.eventName,
  ),
];

/** A sum and a histogram as deltas: of a cumulative one, backends that take deltas get nothing at first. */
const POINTS: Readonly<Record<string, (attributes: readonly Json[]) => Json>> = {
  gauge: (attributes) => ({ gauge: { dataPoints: [{ ...POINT, asDouble: 1, attributes }] } }),
  sum: (attributes) => ({ sum: { ...DELTA, isMonotonic: true, dataPoints: [{ ...POINT, asInt: "1", attributes }] } }),
  histogram: (attributes) => ({ histogram: { ...DELTA, dataPoints: [{ ...POINT, ...BUCKETS, attributes }] } }),
  "exponential histogram": (attributes) => ({
    exponentialHistogram: {
      ...DELTA,
      dataPoints: [{ ...POINT, count: "1", sum: 1, scale: 0, zeroCount: "1", attributes }],
    },
  }),
  summary: (attributes) => ({ summary: { dataPoints: [{ ...POINT, count: "1", sum: 1, attributes }] } }),
};
const DELTA = { aggregationTemporality: 1 };
const POINT = { startTimeUnixNano: nanos, timeUnixNano: nanos };
const BUCKETS = { count: "1", sum: 1, bucketCounts: ["1", "0"], explicitBounds: [5] };

const pointOf = ({ record }: Item): Json => {
  const data = Object.values(record).find((part) => typeof part === "object" && part !== null && "dataPoints" in part);
  return first((data as Json | undefined)?.dataPoints);
};

const metricPlaces: readonly Place[] = [
  ...Object.entries(POINTS).map(([kind, metric]) =>
    keyed(
      `${kind} attribute`,
      "metrics",
      (attributes) => ({ record: metric(attributes) }),
      (item) => attributesOf(pointOf(item)),
    ),
  ),
  keyed(
    "exemplar attribute",
    "metrics",
    (filteredAttributes) => {
      const exemplars = [{ ...LINKED, timeUnixNano: nanos, asDouble: 1, filteredAttributes }];
      return { record: { histogram: { ...DELTA, dataPoints: [{ ...POINT, ...BUCKETS, exemplars }] } } };
    },
    (item) => first(pointOf(item).exemplars).filteredAttributes,
  ),
];

const around: readonly Place[] = SIGNALS.flatMap((signal) => [
  keyed(
    `resource attribute of ${signal}`,
    signal,
    (attributes) => ({ resource: { attributes } }),
    (item) => attributesOf(item.resource),
  ),
  keyed(
    `scope attribute of ${signal}`,
    signal,
    (attributes) => ({ scope: { attributes } }),
    (item) => attributesOf(item.scope),
  ),
]);

/** Every place the corpus knows. */
export const PLACES: readonly Place[] = [...spanPlaces, ...logPlaces, ...metricPlaces, ...around];

const event = (more: Json): Json => ({ timeUnixNano: nanos, ...more });

const exception = (key: string, value: string): Partial<Item> =>
  span({ events: [event({ name: "exception", attributes: [attribute([key, value])] })] });

const nested = (key: string, value: Value): Json => ({ attributes: [attribute([key, value])] });

/** JSON as an application writes it: whole numbers of any size as they are. */
export function json(value: Value): string {
  if (typeof value === "bigint") return String(value);
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  if (isList(value)) return `[${value.map(json).join(", ")}]`;
  return `{${Object.entries(value)
    .map(([key, one]) => `${JSON.stringify(key)}: ${json(one)}`)
    .join(", ")}}`;
}

const isList = (value: object): value is readonly Value[] => Array.isArray(value);

function anyValue(value: Value): Json {
  switch (typeof value) {
    case "string":
      return { stringValue: value };
    case "boolean":
      return { boolValue: value };
    case "bigint":
      return { intValue: String(value) };
    case "number":
      return { doubleValue: value };
    default:
      if (value === null) return {};
      if (isList(value)) return { arrayValue: { values: value.map(anyValue) } };
      return { kvlistValue: { values: Object.entries(value).map((pair) => attribute(pair)) } };
  }
}
