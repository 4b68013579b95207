import { createHash } from "node:crypto";
import { SIGNALS, type TelemetrySignal } from "../../../pipeline/signal.ts";
import { BadPayload, type Payload } from "./payload.ts";
import { type Item, type Json, PLACES, type Place } from "./places.ts";

/** One payload in one place: what is sent, and by what it is found again. */
export interface Case {
  readonly payload: Payload;
  readonly place: Place;
  /** Trace id of the span or log record; the metric's name contains it. */
  readonly id: string;
  readonly sent: Item;
}

/** Each payload in each place where it can occur. */
export function casesOf(payloads: readonly Payload[], places: readonly Place[] = PLACES): readonly Case[] {
  const known = new Set(PLACES.map(({ name }) => name));
  return payloads.flatMap((payload) => {
    const unknown = payload.places?.find((name) => !known.has(name));
    if (unknown !== undefined) {
      throw new BadPayload(`${payload.id}: there is no place "${unknown}". Use some of: ${[...known].join(", ")}.`);
    }
    return places.flatMap((place) => {
      if (payload.places !== undefined && !payload.places.includes(place.name)) return [];
      const put = place.put(payload);
      return put === undefined ? [] : [caseOf(payload, place, put)];
    });
  });
}

function caseOf(payload: Payload, place: Place, put: Partial<Item>): Case {
  const id = createHash("sha256").update(`${payload.id} ${place.name}`).digest("hex").slice(0, 32);
  const resource = { attributes: [SERVICE, ...listOf(put.resource?.attributes)] };
  const scope = { name: "corpus", ...put.scope };
  return {
    payload,
    place,
    id,
    sent: { resource, scope, record: { ...recordOf(place.signal, id), ...(put.record ?? DATA[place.signal]) } },
  };
}

/** Places for each payload of a sample. */
const SAMPLED = 4;

/** A sample: of each kind one payload in every place, each other one in some of them, so that places take turns. */
export function sampleOf(cases: readonly Case[]): readonly Case[] {
  const seen = new Set<string>();
  const byPayload = [...Map.groupBy(cases, ({ payload }) => payload).values()];
  return byPayload.flatMap((all, index) =>
    all.filter(({ payload, place }, position) => {
      const pair = `${payload.kind} ${place.name}`;
      const isFirst = !seen.has(pair);
      seen.add(pair);
      return isFirst || (position + all.length - ((index * SAMPLED) % all.length)) % all.length < SAMPLED;
    }),
  );
}

const SERVICE = { key: "service.name", value: { stringValue: "corpus" } };

const now = String(BigInt(Date.now()) * 1_000_000n);
const METRIC = "corpus.";

/** A metric whose resource or scope is what matters needs a point to be one. */
const DATA: Readonly<Record<TelemetrySignal, Json>> = {
  traces: {},
  logs: {},
  metrics: { gauge: { dataPoints: [{ timeUnixNano: now, asDouble: 1 }] } },
};

function recordOf(signal: TelemetrySignal, id: string): Json {
  const ids = { traceId: id, spanId: id.slice(0, 16) };
  switch (signal) {
    case "traces":
      return { ...ids, name: "work", kind: 1, startTimeUnixNano: now, endTimeUnixNano: now };
    case "logs":
      return { ...ids, timeUnixNano: now, severityNumber: 9, severityText: "INFO", body: { stringValue: "done" } };
    case "metrics":
      return { name: METRIC + id, unit: "1" };
    default:
      return signal satisfies never;
  }
}

/** Names of the lists of OTLP/JSON that hold one another. */
const LISTS = {
  traces: ["resourceSpans", "scopeSpans", "spans"],
  logs: ["resourceLogs", "scopeLogs", "logRecords"],
  metrics: ["resourceMetrics", "scopeMetrics", "metrics"],
} as const;

/** OTLP/JSON of some cases, all of one signal. */
export function requestOf(signal: TelemetrySignal, cases: readonly Case[]): object {
  const [resources, scopes, records] = LISTS[signal];
  return {
    [resources]: cases.map(({ sent }) => ({
      resource: sent.resource,
      [scopes]: [{ scope: sent.scope, [records]: [sent.record] }],
    })),
  };
}

/** What a backend received. */
export interface Arrivals {
  /** Cases by their ids. */
  readonly items: Map<string, Item>;
  /** Everything that is no case: metrics derived from spans, and of the collector itself. */
  readonly others: Item[];
}

/** Adds what one request brought. */
export function gather({ items, others }: Arrivals, signal: TelemetrySignal, body: unknown): void {
  for (const item of itemsOf(signal, body)) {
    const { traceId, name } = item.record;
    const id = signal === "metrics" ? String(name) : METRIC + String(traceId);
    if (id.startsWith(METRIC)) items.set(id.slice(METRIC.length), item);
    else others.push(item);
  }
}

function itemsOf(signal: TelemetrySignal, body: unknown): readonly Item[] {
  const [resources, scopes, records] = LISTS[signal];
  return listOf((body as Json | undefined)?.[resources]).flatMap((holder) =>
    listOf(holder[scopes]).flatMap((scope) =>
      listOf(scope[records]).map((record) => ({
        resource: (holder.resource ?? {}) as Json,
        scope: (scope.scope ?? {}) as Json,
        record,
      })),
    ),
  );
}

/** The signal a request's path ends with. */
export function signalOf(path: string): TelemetrySignal | undefined {
  return SIGNALS.find((signal) => path.endsWith(`/v1/${signal}`));
}

const listOf = (list: unknown): readonly Json[] => (Array.isArray(list) ? list : []);
