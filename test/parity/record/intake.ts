import { appendFileSync, mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { startIntake } from "../../../difference/record/intake.ts";

/** Backends whose deliveries are recorded; also the first part of the path each is given as its address. */
export const STREAMS = ["local", "new-relic", "honeycomb"] as const;
export type Stream = (typeof STREAMS)[number];

/**
 * Accepts everything and writes each request, as JSON, as one line of `<stream>-<signal>.ndjson`.
 *
 * @param folder emptied first
 * @returns closes the intake
 */
export function startRecorder(address: string, port: number, folder: string): Promise<() => Promise<void>> {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  return startIntake(address, port, (path, body) => {
    const [, stream = "", , signal = ""] = path.split("/");
    if (!STREAMS.some((known) => known === stream)) return false;
    appendFileSync(join(folder, `${stream}-${signal}.ndjson`), `${body}\n`);
    return true;
  });
}
