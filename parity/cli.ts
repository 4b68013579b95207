import { writeFileSync } from "node:fs";
import { readArguments } from "../cli/arguments.ts";
import { runCommand } from "../cli/command.ts";
import { PARITY_BACKENDS, parity, parityLine } from "../dashboards/parity/fidelity.ts";
import { parityPage } from "../dashboards/parity/page.ts";

const help = `npm run parity -- [options]

Prints one line per backend: how many panels, alerts and objectives are exact, approximated or impossible there.

      --json              every item, as JSON
      --write             renews docs/parity.md
  -h, --help              this text`;

await runCommand({ name: "parity", help }, async (argv) => {
  const args = readArguments(argv, "parity", { json: "flag", write: "flag" });
  if (args.flag("json")) console.log(JSON.stringify(parity(), null, 2));
  else if (args.flag("write")) {
    writeFileSync(new URL("../docs/parity.md", import.meta.url), parityPage());
    console.log("docs/parity.md is written.");
  } else for (const backend of PARITY_BACKENDS) console.log(parityLine(backend));
  return 0;
});
