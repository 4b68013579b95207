/** What a vendor's fake holds for the query APIs. */
export interface Telemetry {
  readonly spans: readonly StoredSpan[];
  readonly logs: readonly StoredLog[];
  readonly points: readonly StoredPoint[];
}

export interface StoredSpan {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentId?: string;
  readonly links?: readonly { readonly traceId: string; readonly spanId: string }[];
  readonly service: string;
  readonly name: string;
  readonly kind: string;
  readonly start: Date;
  readonly attributes: Readonly<Record<string, string>>;
}

export interface StoredLog {
  readonly service: string;
  readonly at: Date;
  readonly traceId?: string;
}

export interface StoredPoint {
  /** OpenTelemetry name. */
  readonly metric: string;
  /** Absent on what the collector measures itself. */
  readonly service?: string;
  readonly at: Date;
  readonly histogram?: boolean;
  /** Of a gauge, or a delta of a counter. Default: 1. */
  readonly value?: number;
  readonly attributes?: Readonly<Record<string, string>>;
}
