import { runCommand } from "../cli/command.ts";
import { useEngine } from "../cli/engine.ts";
import { forwardPorts, loopbackPorts } from "../cli/forward.ts";
import { wantsColour } from "../cli/text.ts";
import { leftAlone } from "./aside.ts";
import { type DriveStep, loadDrive } from "./drive.ts";
import { closes, ledgerPatience, readLedgers } from "./ledger/read.ts";
import { parseOptions, USAGE } from "./options.ts";
import { stackOutputs } from "./outputs.ts";
import { prove } from "./prove.ts";
import { renderReport } from "./report.ts";
import { runVerify } from "./run.ts";

async function main(argv: readonly string[]): Promise<number> {
  const options = parseOptions(argv);
  const engine = await useEngine(options.stack);
  const outputs = await stackOutputs(options.stack, options.outputs);
  if (engine.isRemote) await forwardPorts(options.stack, loopbackPorts(outputs));
  const traffic = outputs.drive === undefined ? undefined : await loadDrive(outputs.drive);
  const uses = options.drive && traffic !== undefined;
  // To standard error: standard output is for the report, which may be JSON.
  if (options.drive && !uses) console.error(NOTHING_TO_USE);
  const since = new Date(Date.now() - (options.sinceSeconds ?? (uses ? 0 : 300)) * 1000);
  const { query, system } = outputs;
  const { timeoutSeconds, json } = options;
  const names = system.services.map(({ name }) => name);
  const proof = uses
    ? await prove(outputs, traffic, { since, timeoutSeconds, onStep: (step) => (json ? undefined : print(step)) })
    : await runVerify({
        query,
        system,
        since,
        timeoutSeconds,
        leftAlone: await leftAlone(options.stack, names),
        ...(traffic && { traffic }),
      });
  // a scrape from after everything has arrived
  const patienceSeconds = Math.min(timeoutSeconds, ledgerPatience(outputs.metricsInterval));
  const books = { environment: system.environment, begun: since, ended: new Date(), patienceSeconds };
  const ledgers = await readLedgers(query, books);
  const report = { ...proof, ledgers };
  console.log(
    json ? JSON.stringify(report, undefined, 2) : renderReport(report, { colours: wantsColour(process.stdout) }),
  );
  if (!report.complete && !options.drive && traffic !== undefined) console.error(NOTHING_WAS_USED);
  return report.complete && ledgers.every(closes) ? 0 : 1;
}

const NOTHING_WAS_USED =
  "Nothing was used by this command: what is missing may only have had no occasion. To use the application meanwhile: npm run verify -- --drive";

const NOTHING_TO_USE =
  "This stack does not say how its application is used (config key drive): what its services sent lately is checked as it is.";

function print({ did, seconds }: DriveStep): void {
  console.log(`  ${seconds.toFixed(1).padStart(5)} s  ${did}`);
}

await runCommand({ name: "verify", help: USAGE, failureCode: 2, endsAtOnce: true }, main);
