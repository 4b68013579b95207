/** `npm run verify`. */
import { driveApp } from "./drive.ts";
import { type CliOptions, parseOptions, usage } from "./options.ts";
import { outputsFile, readOutputs, type StackOutputs } from "./outputs.ts";
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
  const [report] = await Promise.all([
    runVerify({
      query: outputs.query,
      nginxTraces: outputs.nginxTraces,
      since,
      timeoutSeconds: options.timeoutSeconds,
    }),
    options.drive ? drive(outputs, options) : undefined,
  ]);
  console.log(
    options.json ? JSON.stringify(report, undefined, 2) : renderReport(report, { colours: process.stdout.isTTY }),
  );
  return report.complete ? 0 : 1;
}

async function drive({ frontend, simulator }: StackOutputs, { json }: CliOptions): Promise<void> {
  if (frontend === undefined || simulator === undefined) {
    throw new Error("--drive needs the example application, but the stack has no output frontend or simulator.");
  }
  await driveApp({
    frontend,
    simulator,
    onStep: ({ did, seconds }) => (json ? undefined : console.log(`  ${seconds.toFixed(1)} s  ${did}`)),
  });
}

try {
  process.exitCode = await main();
} catch (error) {
  console.error(error instanceof Error ? error.message : String(error));
  process.exitCode = 2;
}
