import { numberOption, readArguments, stackName } from "../../cli/arguments.ts";
import { runCommand } from "../../cli/command.ts";
import { interruption } from "../../cli/process.ts";
import { alertSource } from "../alerts.ts";
import { loadDrive } from "../drive.ts";
import { stackOutputs } from "../outputs.ts";
import { renderSoak, soak } from "./soak.ts";

const help = `npm run soak -- [--stack dev] [--minutes 30] [--json]
Light traffic on a running stack of this machine, as its drive file says, while every alert rule is watched. Ends by itself.
  --minutes  how long, 0.1 to 240; default 30
Exit code: 0 nothing fired (what was pending is listed), 1 something fired, 2 the command itself could not run.`;

async function main(argv: readonly string[]): Promise<number> {
  const args = readArguments(argv, "soak", { stack: "text", minutes: "text", json: "flag" });
  const stack = stackName(args.text("stack"));
  const minutes = numberOption(args, "minutes", { from: 0.1, to: 240, otherwise: 30 });
  const { query, published, drive } = await stackOutputs(stack);
  if (drive === undefined)
    process.stderr.write(
      "This stack does not say how its application is used (config key drive): no traffic is made.\n",
    );
  const report = await soak({
    source: alertSource(query),
    drive: drive === undefined ? undefined : await loadDrive(drive),
    published,
    minutes,
    signal: interruption,
    onProgress: (progress) => process.stderr.write(`${renderSoak(progress).split("\n")[0]}\n`),
  });
  console.log(args.flag("json") ? JSON.stringify(report, undefined, 2) : renderSoak(report));
  return report.quiet ? 0 : 1;
}

await runCommand({ name: "soak", help, failureCode: 2 }, main);
