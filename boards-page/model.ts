/** What came back for a panel; the drawing code sees nothing else. */

/** One line: its points as [milliseconds, value]. */
export interface Line {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly points: readonly (readonly [number, number])[];
}

/** One present value. */
export interface Value {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

export interface LogLine {
  readonly at: number;
  readonly service: string;
  readonly severity: string;
  readonly text: string;
  readonly traceId: string;
}

export interface TraceSpan {
  readonly id: string;
  readonly parent: string | undefined;
  readonly service: string;
  readonly name: string;
  /** Microseconds since 1970. */
  readonly start: number;
  /** Microseconds. */
  readonly duration: number;
  readonly failed: boolean;
  readonly attributes: Readonly<Record<string, string>>;
  /** Of the service's process. */
  readonly resource: Readonly<Record<string, string>>;
  readonly events: readonly SpanEvent[];
}

/** Something that happened during a span, such as an exception. */
export interface SpanEvent {
  /** Microseconds since 1970. */
  readonly at: number;
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
}

export interface Trace {
  readonly id: string;
  readonly spans: readonly TraceSpan[];
}

/** One edge of the service map. */
export interface Edge {
  readonly client: string;
  readonly server: string;
  readonly rate: number;
  readonly failed: number;
  /** Seconds; NaN when nothing was measured. */
  readonly latency: number;
}

export type PanelData =
  | { readonly kind: "lines"; readonly lines: readonly Line[] }
  | { readonly kind: "values"; readonly values: readonly Value[]; readonly history: readonly Line[] }
  | { readonly kind: "logs"; readonly lines: readonly LogLine[] }
  | { readonly kind: "traces"; readonly traces: readonly Trace[] }
  | { readonly kind: "edges"; readonly edges: readonly Edge[] }
  | { readonly kind: "failed"; readonly reason: string };

/** True when there is something to look at. */
export function hasData(data: PanelData): boolean {
  switch (data.kind) {
    case "lines":
      return data.lines.some((line) => line.points.length > 0);
    case "values":
      return data.values.length > 0;
    case "logs":
      return data.lines.length > 0;
    case "traces":
      return data.traces.length > 0;
    case "edges":
      return data.edges.length > 0;
    case "failed":
      return false;
    default:
      return data satisfies never;
  }
}
