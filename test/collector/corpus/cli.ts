import { readArguments } from "../../../cli/arguments.ts";
import { runCommand } from "../../../cli/command.ts";
import { Failure } from "../../../cli/failure.ts";
import { BACKENDS } from "./backends.ts";
import { casesOf } from "./cases.ts";
import { allPayloads, payloadsOf } from "./payload.ts";
import { PLACES } from "./places.ts";
import { detailsOf, tableOf } from "./report.ts";
import { runCorpus } from "./run.ts";

const help = `npm run corpus -- [options]

Sends payloads, each in every place where it fits, through the real collector with the pipeline that this repository renders, and counts what
private things left (leaked), what harmless things were changed (destroyed) and what did not arrive (lost). Needs a Docker Engine and the image
(npm run images -- --only collector). Exit code: 1 there is any of them, 2 the command itself could not run.

      --file FILE         your own payloads instead of the repository's; format: test/collector/corpus/README.md
      --kind TEXT         only kinds whose name contains it
      --place TEXT        only places whose name contains it
      --upstream          the rules for a collector that others built
      --every-backend     what each kind of backend gets; default: what a plain OTLP backend gets
      --details           one line for each payload, with what leaked or what it became
  -h, --help              this text`;

await runCommand({ name: "corpus", help, failureCode: 2 }, async (argv) => {
  const args = readArguments(argv, "corpus", {
    file: "text",
    kind: "text",
    place: "text",
    upstream: "flag",
    "every-backend": "flag",
    details: "flag",
  });
  const file = args.text("file");
  const payloads = file === undefined ? allPayloads() : payloadsOf(file);
  const cases = casesOf(
    payloads.filter(({ kind }) => kind.includes(args.text("kind") ?? "")),
    PLACES.filter(({ name }) => name.includes(args.text("place") ?? "")),
  );
  if (cases.length === 0) throw new Failure("corpus: no payload is left. Use --kind and --place that some have.");
  const backends = args.flag("every-backend") ? BACKENDS : (["otlp"] as const);
  const findings = await runCorpus(cases, args.flag("upstream") ? "upstream" : "own", backends);
  if (args.flag("details")) console.log(detailsOf(cases, findings, backends.length).join("\n"));
  console.log(tableOf(cases, findings));
  return findings.length === 0 ? 0 : 1;
});
