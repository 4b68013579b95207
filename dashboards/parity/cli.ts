import { writeFileSync } from "node:fs";
import { PARITY_BACKENDS, parity, parityLine } from "./fidelity.ts";
import { parityPage } from "./page.ts";

/** `npm run parity`: one line per backend; `--write` renews docs/parity.md, `--json` prints every item. */
const flags = process.argv.slice(2);
if (flags.includes("--json")) console.log(JSON.stringify(parity(), null, 2));
else if (flags.includes("--write")) {
  writeFileSync(new URL("../../docs/parity.md", import.meta.url), parityPage());
  console.log("docs/parity.md is written.");
} else for (const backend of PARITY_BACKENDS) console.log(parityLine(backend));
