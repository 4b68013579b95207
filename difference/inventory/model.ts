/**
 * What a run of a stack sent, without what it said: names, types, units and counts. No value of an attribute, no text of a record and no id is in
 * it, but for the values of a few attributes whose values the conventions or the code enumerate (`known-values.ts`).
 */

/** How often something was seen, and in how many rounds of use. What is not seen in most rounds is rare, and is never missed. */
export interface Seen {
  readonly count: number;
  readonly rounds: number;
}

export interface AttributeUse extends Seen {
  /** OTLP's types, sorted: `string`, `int`, `double`, `bool`, `array`, `kvlist`, `bytes`. */
  readonly types: readonly string[];
  /** Number of different values, at most `MOST_VALUES`. */
  readonly values: number;
  /** Of attributes whose values are enumerated: those seen. */
  readonly known?: Readonly<Record<string, Seen>>;
}

export const SIGNALS = ["traces", "metrics", "logs"] as const;
export type SignalName = (typeof SIGNALS)[number];

export type Attributes = Readonly<Record<string, AttributeUse>>;

export const SPAN_KINDS = ["unspecified", "internal", "server", "client", "producer", "consumer"] as const;

/** All spans of one service, kind and name. */
export interface SpanShape extends Seen {
  /** Follows from service, scope, kind and name: the same in every run. */
  readonly id: string;
  readonly service: string;
  readonly kind: string;
  /** Instrumentation scope: the library that made it. */
  readonly scope: string;
  /** Ids and numbers in it are `{id}`; absent where the shape is rare, since such a name may be anything. */
  readonly name?: string;
  /** Different names that are this one once ids are taken out; more and more of them: an id is in the name. */
  readonly names: number;
  readonly attributes: Attributes;
  /** Ids of the shapes of its parents; `root`: it has none; `missing`: its parent did not arrive. */
  readonly parents: Readonly<Record<string, Seen>>;
  /** The nearest services above it, itself not counted; `none`: it is at the top of its trace. */
  readonly callers: Readonly<Record<string, Seen>>;
  /** Services of the spans it links to; `missing`: the linked span did not arrive. */
  readonly links: Readonly<Record<string, Seen>>;
  readonly events: Readonly<Record<string, Seen>>;
  readonly errors: Seen;
}

/** How many different names one library gives the spans of one kind, ids and all. */
export interface SpanNames extends Seen {
  readonly service: string;
  readonly scope: string;
  readonly kind: string;
  readonly names: number;
}

export type MetricType = "gauge" | "counter" | "updown" | "histogram" | "summary";

/**
 * One metric of one service. `count`: how many exports of it there were, of a count (counter, histogram) only those in which it had grown or was zero;
 * its attributes are counted likewise.
 */
export interface MetricShape extends Seen {
  readonly service: string;
  readonly name: string;
  readonly unit: string;
  readonly type: MetricType;
  readonly temporality: "cumulative" | "delta" | "none";
  readonly scope: string;
  /** How often that of its service and scope was exported which was exported most. */
  readonly exports: number;
  /** Different sets of attributes, of the point and of those of the resource that become labels. */
  readonly series: number;
  readonly attributes: Attributes;
  /** Exports with an exemplar that names a trace. */
  readonly exemplars: Seen;
}

/** All records of one service, logger and severity. */
export interface LogShape extends Seen {
  readonly service: string;
  readonly scope: string;
  readonly severity: string;
  readonly traced: Seen;
  /** Each field with how many of its records carry a trace id. */
  readonly fields: Readonly<Record<string, AttributeUse & { readonly traced: number }>>;
}

/** What is said of a service with one signal. */
export interface ResourceShape {
  readonly service: string;
  readonly signal: SignalName;
  readonly attributes: Attributes;
}

export interface Inventory {
  readonly version: 1;
  readonly stack: string;
  /** What was recorded, as git names it. */
  readonly commit?: string;
  /** Hash of the file that says how the application is used: two inventories of different use compare badly. */
  readonly drive?: string;
  /** How often the application was used. */
  readonly rounds: number;
  /** Seconds from the first use to the end of the last. */
  readonly seconds: number;
  readonly spans: readonly SpanShape[];
  readonly names: readonly SpanNames[];
  readonly metrics: readonly MetricShape[];
  readonly logs: readonly LogShape[];
  readonly resources: readonly ResourceShape[];
  /** Texts that alerts and panels look for in log records, by `service text`. Only texts that the stack's content names. */
  readonly texts: Readonly<Record<string, Seen>>;
}

/** What a recording says of itself. */
export interface RunFacts {
  readonly stack: string;
  readonly commit?: string;
  readonly drive?: string;
  /** When each use began and the last one ended, in milliseconds since 1970. Without any, the time is cut into four. */
  readonly rounds: readonly number[];
  readonly texts: readonly string[];
}

export const MOST_VALUES = 1000;
