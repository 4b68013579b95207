import { existsSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { ROOT } from "../../../cli/paths.ts";
import { STREAMS } from "../record/intake.ts";
import type { Received, Recording } from "./model.ts";
import { pack, unpack } from "./pack.ts";
import { readLogs, readMetrics, readSpans } from "./read-otlp.ts";

/** What was recorded with all spans kept, or with tail sampling. */
export type RecordingName = "traffic" | "sampled";

const fileOf = (name: RecordingName): string => path.join(ROOT, "test/parity", "fixture", `${name}.json.br`);

export function readRecording(name: RecordingName): Recording {
  return unpack(readFileSync(fileOf(name)));
}

/** Reads the raw requests of a folder into one recording, and keeps it. Returns its size in bytes. */
export function keepRecording(name: RecordingName, folder: string): number {
  const requests = (stream: string, signal: string) => linesOf(path.join(folder, `${stream}-${signal}.ndjson`));
  const first = readMetrics(requests("local", "metrics"), 0, () => true).flatMap(({ points }) => points[0]?.time ?? []);
  const begun =
    Math.floor(first.reduce((least, time) => Math.min(least, time), Number.POSITIVE_INFINITY) / 1000) * 1000;
  const streams = Object.fromEntries(
    STREAMS.map((stream): readonly [string, Received] => [
      stream,
      {
        series: readMetrics(requests(stream, "metrics"), begun, () => true),
        spans: readSpans(requests(stream, "traces"), begun),
        logs: readLogs(requests(stream, "logs"), begun),
      },
    ]),
  );
  const packed = pack({ begun, streams } as Recording);
  writeFileSync(fileOf(name), packed);
  return packed.length;
}

function* linesOf(file: string): Generator<Readonly<Record<string, unknown>>> {
  if (!existsSync(file)) return;
  for (const line of readFileSync(file, "utf8").split("\n")) if (line !== "") yield JSON.parse(line);
}
