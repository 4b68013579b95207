import { parseArgs } from "node:util";
import { BACKENDS } from "./backends.ts";
import { casesOf } from "./cases.ts";
import { allPayloads, BadPayload, payloadsOf } from "./payload.ts";
import { PLACES } from "./places.ts";
import { detailsOf, tableOf } from "./report.ts";
import { runCorpus } from "./run.ts";

const USAGE = `npm run corpus -- [--file FILE] [--kind TEXT] [--place TEXT] [--upstream] [--details]

Sends payloads through a real collector with the pipeline that this repository renders, and counts what private things left (leaked), what
harmless things were changed (destroyed) and what did not arrive (lost). Exit code 1 when there is any of them.

  --file FILE   your own payloads instead of the repository's; the format is in test/collector/corpus/README.md
  --kind TEXT   only kinds whose name contains it
  --place TEXT  only places whose name contains it
  --upstream    the rules for a collector that others built
  --details     one line for each payload, with what leaked or what it became
`;

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      file: { type: "string" },
      kind: { type: "string", default: "" },
      place: { type: "string", default: "" },
      upstream: { type: "boolean", default: false },
      details: { type: "boolean", default: false },
      help: { type: "boolean", default: false },
    },
  });
  if (values.help) {
    console.log(USAGE);
    return 0;
  }
  const payloads = values.file === undefined ? allPayloads() : payloadsOf(values.file);
  const cases = casesOf(
    payloads.filter(({ kind }) => kind.includes(values.kind)),
    PLACES.filter(({ name }) => name.includes(values.place)),
  );
  if (cases.length === 0) throw new BadPayload("No payload is left: use --kind and --place that some have.");
  const findings = await runCorpus(cases, values.upstream ? "upstream" : "own");
  if (values.details) console.log(detailsOf(findings, BACKENDS.length).join("\n"));
  console.log(tableOf(cases, findings));
  return findings.length === 0 ? 0 : 1;
}

try {
  process.exitCode = await main();
} catch (error) {
  if (!(error instanceof BadPayload) && !(error instanceof TypeError && "code" in error)) throw error;
  console.error(error.message);
  process.exitCode = 2;
}
