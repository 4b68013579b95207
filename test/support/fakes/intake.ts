import { gunzipSync, zstdDecompressSync } from "node:zlib";
import type { TelemetrySignal } from "../../../pipeline/signal.ts";
import { type Item, readOtlp } from "./otlp.ts";
import { type Answer, type Asked, type Fake, Refusal, route, startFake } from "./server.ts";

/** What one vendor's OTLP intake demands. */
export interface IntakeProfile {
  readonly name: string;
  /** Before `/v1/traces`. */
  readonly prefix: string;
  /** Headers that let a request in; checked at every request, so a key can be revoked while the intake runs. */
  readonly refuseKey: (asked: Asked, signal: TelemetrySignal) => Refusal | undefined;
  readonly encodings: readonly ("gzip" | "zstd")[];
  /** Bytes after decompression. */
  readonly maxBytes: (signal: TelemetrySignal) => number;
  /** Bytes as they travel. Default: no limit. */
  readonly maxCompressedBytes?: (signal: TelemetrySignal) => number;
  /** What the vendor has against a whole request. */
  readonly refuseItems?: (items: readonly Item[], signal: TelemetrySignal) => Refusal | undefined;
  /** Where items are filed; default: by nothing. */
  readonly dataset?: (asked: Asked, item: Item, signal: TelemetrySignal) => string;
  /** Longest attribute value kept; longer ones are cut and reported. */
  readonly maxAttributeLength?: number;
  readonly success: Answer;
}

export interface Intake extends Fake {
  /** Where an exporter sends: `url` with the vendor's prefix. */
  readonly endpoint: string;
  /** Everything accepted, in the order of its arrival. */
  items(signal: TelemetrySignal): readonly Item[];
  /** Number of accepted items by dataset. */
  readonly datasets: ReadonlyMap<string, number>;
  /** Status -> number of requests the intake itself refused, failures on demand not included. */
  readonly refused: ReadonlyMap<number, number>;
  /** Largest accepted request after decompression, in bytes. */
  readonly largest: ReadonlyMap<TelemetrySignal, number>;
  /** Values longer than the vendor keeps. */
  readonly tooLong: number;
}

/** An OTLP/HTTP intake that refuses what the vendor refuses, and keeps what it takes. */
export async function startIntake(profile: IntakeProfile, address = "127.0.0.1"): Promise<Intake> {
  const kept: Record<TelemetrySignal, Item[]> = { traces: [], metrics: [], logs: [] };
  const datasets = new Map<string, number>();
  const refused = new Map<number, number>();
  const largest = new Map<TelemetrySignal, number>();
  let tooLong = 0;

  const take = (asked: Asked, signal: TelemetrySignal): Answer => {
    const refusal = profile.refuseKey(asked, signal);
    if (refusal) throw refusal;
    const body = uncompressed(asked, signal, profile);
    const items = itemsOf(asked, signal, body);
    const unwanted = profile.refuseItems?.(items, signal);
    if (unwanted) throw unwanted;
    kept[signal].push(...items);
    largest.set(signal, Math.max(largest.get(signal) ?? 0, body.length));
    for (const item of items) {
      const dataset = profile.dataset?.(asked, item, signal) ?? "all";
      datasets.set(dataset, (datasets.get(dataset) ?? 0) + 1);
      const limit = profile.maxAttributeLength ?? Number.POSITIVE_INFINITY;
      tooLong += Object.values(item.attributes).filter((value) => Buffer.byteLength(value) > limit).length;
    }
    return profile.success;
  };
  const fake = await startFake((asked) => {
    try {
      const signals = ["traces", "metrics", "logs"] as const;
      const routes = Object.fromEntries(signals.map((s) => [`POST ${profile.prefix}/v1/${s}`, () => take(asked, s)]));
      return route(asked, routes) ?? refuse(404, "no such path");
    } catch (error) {
      if (error instanceof Refusal) refused.set(error.answer.status, (refused.get(error.answer.status) ?? 0) + 1);
      throw error;
    }
  }, address);
  return {
    ...fake,
    endpoint: `${fake.url}${profile.prefix}`,
    items: (signal) => kept[signal],
    datasets,
    refused,
    largest,
    get tooLong() {
      return tooLong;
    },
  };
}

function refuse(status: number, message: string): never {
  throw new Refusal(status, { code: 3, message });
}

function uncompressed(asked: Asked, signal: TelemetrySignal, profile: IntakeProfile): Buffer {
  const { body, headers } = asked;
  if (body.length > (profile.maxCompressedBytes?.(signal) ?? Number.POSITIVE_INFINITY))
    refuse(413, "request too large");
  const encoding = headers["content-encoding"] ?? "identity";
  if (encoding !== "identity" && !profile.encodings.some((known) => known === encoding))
    refuse(415, `content-encoding ${encoding} is not supported`);
  const plain = encoding === "gzip" ? gunzipSync(body) : encoding === "zstd" ? zstdDecompressSync(body) : body;
  if (plain.length > profile.maxBytes(signal)) refuse(413, `request of ${plain.length} bytes is too large`);
  return plain;
}

function itemsOf({ headers }: Asked, signal: TelemetrySignal, body: Buffer): readonly Item[] {
  const type = (headers["content-type"] ?? "").split(";")[0]?.trim() ?? "";
  if (type !== "application/x-protobuf" && type !== "application/json") refuse(415, `content-type ${type} is no OTLP`);
  try {
    return readOtlp(signal, type, body);
  } catch (error) {
    return refuse(400, error instanceof Error ? error.message : "unreadable");
  }
}
