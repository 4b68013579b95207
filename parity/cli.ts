import { writeFileSync } from "node:fs";
import { readArguments } from "../cli/arguments.ts";
import { runCommand } from "../cli/command.ts";
import { PARITY_BACKENDS, parity, parityLine } from "../dashboards/parity/fidelity.ts";
import { parityPage } from "../dashboards/parity/page.ts";
import { contentOfStackFile } from "../offline/stack-content.ts";

const help = `npm run parity -- [--stack dev] [options]

Prints one line per backend: how many panels, alerts and objectives are exact, approximated or impossible there.

      --stack NAME        whose boards, alerts and objectives (default: dev)
      --json              every item, as JSON
      --write             renews docs/parity.md
  -h, --help              this text`;

await runCommand({ name: "parity", help }, async (argv) => {
  const args = readArguments(argv, "parity", { stack: "text", json: "flag", write: "flag" });
  const content = await contentOfStackFile(args.text("stack") ?? "dev");
  if (args.flag("json")) console.log(JSON.stringify(parity(content), null, 2));
  else if (args.flag("write")) {
    writeFileSync(new URL("../docs/parity.md", import.meta.url), parityPage(content));
    console.log("docs/parity.md is written.");
  } else for (const backend of PARITY_BACKENDS) console.log(parityLine(content, backend));
  return 0;
});
