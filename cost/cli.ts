import { numberOption, readArguments, stackName } from "../cli/arguments.ts";
import { runCommand } from "../cli/command.ts";
import { Failure } from "../cli/failure.ts";
import { stackOutputs } from "../verify/outputs.ts";
import { measure, topSources } from "./measure.ts";
import { metricsOf } from "./prometheus.ts";
import { costReport, renderCost } from "./report.ts";
import { isWorkload } from "./workload.ts";

const help = `npm run cost -- [--stack dev] [--outputs FILE] [--minutes 60] [--json]
What a running stack sends against what its preview estimated, what a month like that costs on each vendor, and the metrics with the most series.
  --minutes  how far back to look, 3 to 1440; not further than the collector runs
Exit code: 0 every figure is within 20 %, 1 one is not, 2 the command itself could not run.`;

async function main(argv: readonly string[]): Promise<number> {
  const args = readArguments(argv, "cost", { stack: "text", outputs: "text", minutes: "text", json: "flag" });
  const stack = stackName(args.text("stack"));
  const minutes = numberOption(args, "minutes", { from: 3, to: 1440, otherwise: 60, whole: true });
  const { query, workload, system } = await stackOutputs(stack, args.text("outputs"));
  if (!isWorkload(workload))
    throw new Failure(`Stack ${stack} was deployed before costs were estimated: deploy it again (npm start).`);
  const metrics = metricsOf(query, system.environment ?? "");
  const measured = await measure(metrics, workload, minutes);
  const report = costReport(stack, workload, measured, await topSources(metrics));
  console.log(args.flag("json") ? JSON.stringify(report, undefined, 2) : renderCost(report));
  return report.holds ? 0 : 1;
}

await runCommand({ name: "cost", help, failureCode: 2, endsAtOnce: true }, main);
