/** `npm run verify`. */
import type { DriveStep } from "./drive.ts";
import { parseOptions, usage } from "./options.ts";
import { outputsFile, readOutputs } from "./outputs.ts";
import { prove } from "./prove.ts";
import { renderReport } from "./report.ts";
import { runVerify } from "./run.ts";

async function main(): Promise<number> {
  const options = parseOptions(process.argv.slice(2));
  if (options.help) {
    console.log(usage);
    return 0;
  }
  const outputs = await readOutputs(options.outputs ?? outputsFile(options.stack));
  const since = new Date(Date.now() - (options.sinceSeconds ?? (options.drive ? 0 : 300)) * 1000);
  const { query, nginxTraces } = outputs;
  const { timeoutSeconds, json } = options;
  const report = options.drive
    ? await prove(outputs, { since, timeoutSeconds, onStep: (step) => (json ? undefined : tell(step)) })
    : await runVerify({ query, nginxTraces, since, timeoutSeconds });
  console.log(json ? JSON.stringify(report, undefined, 2) : renderReport(report, { colours: process.stdout.isTTY }));
  return report.complete ? 0 : 1;
}

function tell({ did, seconds }: DriveStep): void {
  console.log(`  ${seconds.toFixed(1).padStart(5)} s  ${did}`);
}

try {
  process.exitCode = await main();
} catch (error) {
  console.error(error instanceof Error ? error.message : String(error));
  process.exitCode = 2;
}
