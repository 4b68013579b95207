import { exporterName } from "./backend-profile.ts";
import { type PipelineInput, sourceName } from "./input.ts";
import { COLLECTOR_SERVICE_NAME } from "./self-telemetry.ts";
import { RECEIVED } from "./signal.ts";

/** Names become component ids: two things with one name would silently become one. @throws Error, one sentence, for such a name */
export function refuseAmbiguousNames(input: PipelineInput): void {
  const names = {
    source: [...input.sources.map(sourceName), COLLECTOR_SERVICE_NAME],
    // the ledger's place of what comes in is no exporter
    "backend exporter": [RECEIVED, ...input.backends.flatMap((b) => b.exporters.map((e) => exporterName(b, e)))],
  };
  for (const [what, list] of Object.entries(names)) {
    const bad = list.find((name) => !/^[a-z0-9][a-z0-9_-]*$/.test(name));
    if (bad !== undefined) {
      throw new Error(`${what} "${bad}" cannot be part of a component id: use small letters, digits, "-" and "_".`);
    }
    const twice = list.find((name, i) => list.indexOf(name) !== i);
    if (twice !== undefined) throw new Error(`Duplicate ${what} name "${twice}": give one of them another name.`);
  }
}
