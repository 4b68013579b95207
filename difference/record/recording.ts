import { readFileSync } from "node:fs";
import { Failure } from "../../cli/failure.ts";
import { shown } from "../../cli/paths.ts";
import { type Json, object } from "../../verify/json.ts";
import { takeInventory } from "../inventory/inventory.ts";
import type { Inventory, RunFacts } from "../inventory/model.ts";

/** The first line of a file that `--record` wrote. */
export interface RecordingHead {
  readonly recording: RunFacts;
}

/**
 * What a file holds: an inventory, a recording of `--record`, or whatever the collector's file exporter wrote (OTLP in JSON, one request a line).
 * @throws Failure, one sentence, when it is none of these
 */
export function readInventory(file: string, texts: readonly string[]): Inventory {
  let content: string;
  try {
    content = readFileSync(file, "utf8");
  } catch {
    throw new Failure(`${file} cannot be read: record one with npm run difference -- --record ${file}.`);
  }
  const whole = parsed(content);
  if (whole?.version === 1 && Array.isArray(whole.spans)) return whole as unknown as Inventory;
  return inventoryOf(content, file, texts);
}

/** @param texts looked for where the recording does not say what is */
export function inventoryOf(content: string, file: string, texts: readonly string[]): Inventory {
  const lines = content.split("\n").flatMap((line) => (line.trim() === "" ? [] : [parsed(line)]));
  const requests = lines.flatMap((line) => (line === undefined ? [] : [line]));
  if (requests.length === 0 || requests.length < lines.length || !requests.some(isRequest)) {
    throw new Failure(
      `${shown(file)} is neither an inventory nor OTLP in JSON, one request a line, as the collector's file exporter writes it.`,
    );
  }
  const head = object(requests[0]?.recording);
  const facts: RunFacts =
    requests[0]?.recording === undefined ? { stack: "", rounds: [], texts } : (head as unknown as RunFacts);
  return takeInventory(requests, facts);
}

const isRequest = (line: Json): boolean =>
  ["resourceSpans", "resourceMetrics", "resourceLogs"].some((key) => line[key] !== undefined);

function parsed(text: string): Json | undefined {
  try {
    return object(JSON.parse(text));
  } catch {
    return undefined;
  }
}
