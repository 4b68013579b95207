import { brotliCompressSync, brotliDecompressSync, constants } from "node:zlib";
import type { Attributes, Log, MetricKind, Point, Received, Recording, Series, Span } from "./model.ts";

/**
 * A recording as a small file: sets of attributes are written once and referred to by number, points and spans are columns, times are
 * differences, and Brotli does the rest. `unpack(pack(x))` is `x`.
 */
export function pack(recording: Recording): Buffer {
  const table = new Table();
  const streams = Object.fromEntries(
    Object.entries(recording.streams).map(([name, received]) => [name, packed(received, table)]),
  );
  const text = JSON.stringify({ begun: recording.begun, sets: table.sets, streams });
  return brotliCompressSync(text, {
    params: {
      [constants.BROTLI_PARAM_QUALITY]: 11,
      [constants.BROTLI_PARAM_LGWIN]: 24,
      [constants.BROTLI_PARAM_MODE]: constants.BROTLI_MODE_TEXT,
    },
  });
}

/** @throws Error on something that `pack` did not write */
export function unpack(file: Buffer): Recording {
  const { begun, sets, streams } = JSON.parse(brotliDecompressSync(file).toString("utf8"));
  const received = Object.entries(streams as Record<string, Packed>).map(([name, one]) => [name, unpacked(one, sets)]);
  return { begun, streams: Object.fromEntries(received) };
}

interface Packed {
  readonly series: readonly PackedSeries[];
  readonly spans: Columns;
  readonly logs: Columns;
}

interface PackedSeries extends Omit<Series, "resource" | "attributes" | "points"> {
  readonly resource: number;
  readonly attributes: number;
  readonly bounds?: readonly number[];
  readonly points: Columns;
}

type Columns = Readonly<Record<string, readonly unknown[]>>;

class Table {
  readonly sets: Attributes[] = [];
  readonly #known = new Map<string, number>();

  /** Number of a set of attributes. */
  of(attributes: Attributes): number {
    const key = JSON.stringify(attributes);
    const known = this.#known.get(key) ?? this.sets.push(attributes) - 1;
    this.#known.set(key, known);
    return known;
  }
}

function packed({ series, spans, logs }: Received, table: Table): Packed {
  return {
    series: series.map(({ resource, attributes, points, ...rest }) => {
      const bounds = points[0]?.bounds;
      return {
        ...rest,
        resource: table.of(resource),
        attributes: table.of(attributes),
        ...(bounds !== undefined && { bounds }),
        points: {
          time: differences(points.map(({ time }) => time)),
          age: points.map(({ time, start }) => time - start),
          ...column(points, "stale"),
          ...column(points, "value"),
          ...column(points, "count"),
          ...column(points, "sum"),
          ...column(points, "min"),
          ...column(points, "max"),
          ...column(points, "buckets"),
          ...column(points, "exponential"),
        },
      };
    }),
    spans: {
      resource: spans.map(({ resource }) => table.of(resource)),
      attributes: spans.map(({ attributes }) => table.of(attributes)),
      start: differences(spans.map(({ start }) => start)),
      ...column(spans, "trace"),
      ...column(spans, "name"),
      ...column(spans, "kind"),
      ...column(spans, "durationMs"),
      ...column(spans, "status"),
      ...column(spans, "events"),
      ...column(spans, "state"),
    },
    logs: {
      resource: logs.map(({ resource }) => table.of(resource)),
      attributes: logs.map(({ attributes }) => table.of(attributes)),
      time: differences(logs.map(({ time }) => time)),
      ...column(logs, "severity"),
      ...column(logs, "body"),
    },
  };
}

function unpacked({ series, spans, logs }: Packed, sets: readonly Attributes[]): Received {
  const set = (index: unknown): Attributes => sets[Number(index)] ?? {};
  return {
    series: series.map(({ resource, attributes, bounds, points, ...rest }) => ({
      ...rest,
      kind: rest.kind as MetricKind,
      resource: set(resource),
      attributes: set(attributes),
      points: rows(points, "time").map(({ time, age, ...values }) => ({
        ...(values as Omit<Point, "time" | "start">),
        time: Number(time),
        start: Number(time) - Number(age),
        ...(bounds !== undefined && { bounds }),
      })),
    })),
    spans: rows(spans, "start").map(
      ({ resource, attributes, ...rest }) =>
        ({ ...rest, resource: set(resource), attributes: set(attributes) }) as unknown as Span,
    ),
    logs: rows(logs, "time").map(
      ({ resource, attributes, ...rest }) =>
        ({ ...rest, resource: set(resource), attributes: set(attributes) }) as unknown as Log,
    ),
  };
}

/** One property of all, left out where none has it. What a row lacks is `null`. */
function column<T extends object>(all: readonly T[], key: keyof T & string): Columns {
  const values = all.map((one) => one[key] as unknown);
  return values.some((value) => value !== undefined) ? { [key]: values.map((value) => value ?? null) } : {};
}

/** Columns as rows again; those named are differences. */
function rows(columns: Columns, summed: string): readonly Readonly<Record<string, unknown>>[] {
  const keys = Object.keys(columns);
  const length = columns[summed]?.length ?? 0;
  let total = 0;
  return Array.from({ length }, (_, index) => {
    const row: Record<string, unknown> = {};
    for (const key of keys) {
      const value = columns[key]?.[index] ?? undefined;
      if (key === summed) row[key] = total += Number(value);
      else if (value !== undefined) row[key] = value;
    }
    return row;
  });
}

const differences = (values: readonly number[]): readonly number[] =>
  values.map((value, index) => value - (values[index - 1] ?? 0));
