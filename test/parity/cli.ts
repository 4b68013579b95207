import { writeFileSync } from "node:fs";
import { numberOption, readArguments } from "../../cli/arguments.ts";
import { runCommand } from "../../cli/command.ts";
import { askAgain, reportExample } from "./measure-example.ts";
import { wholePage } from "./page.ts";
import { record } from "./record/record.ts";
import { keepRecording } from "./recording/fixture.ts";
import { type BackendReport, reportLines } from "./report.ts";
import { shownOfExample } from "./shown.ts";

const help = `npm run parity -- [options]

Asks every number of every panel, alert and objective of a recording of the example: a real Prometheus and a real VictoriaLogs (Docker),
and New Relic's and Honeycomb's queries by evaluators of ours. Prints per backend what is exact, approximated and impossible, and the largest
difference of an exact number; renews docs/parity.md. Exit code: 1 one that is called exact differs by more than 1 %, 2 the command itself could not run.

      --write             without Docker: compares with what the stores answered last, and renews docs/parity.md
      --loki URL          also gives a Loki the recording and asks it in LogQL; without it, what a Loki answered before is compared
      --json              without Docker: prints what was found, as JSON
      --record MINUTES    first runs the example for so long (5 to 1440; 10 is good) and records it anew
      --tail              of the recording under tail sampling (test/parity/fixture/sampled.json.br) instead
  -h, --help              this text`;

await runCommand({ name: "parity", help, failureCode: 2 }, async (argv) => {
  const args = readArguments(argv, "parity", {
    json: "flag",
    write: "flag",
    tail: "flag",
    record: "text",
    loki: "text",
  });
  const minutes = numberOption(args, "record", { from: 5, to: 1440, otherwise: 10 });
  const name = args.flag("tail") ? "sampled" : "traffic";
  if (args.text("record") !== undefined) {
    const size = keepRecording(name, await record(args.flag("tail") ? "tail" : "all", minutes));
    console.log(`${name}: ${Math.round(size / 1024)} KiB are kept.`);
  }
  const kept = args.flag("json") || args.flag("write");
  const shown = await shownOfExample();
  const reports = reportExample(name, shown, kept ? undefined : await askAgain(name, shown, args.text("loki")));
  if (args.flag("json")) console.log(JSON.stringify(reports, null, 2));
  else {
    for (const line of reportLines(reports)) console.log(line);
    writeFileSync(new URL("../../docs/parity.md", import.meta.url), wholePage(shown));
    console.log("docs/parity.md is written.");
  }
  for (const { backend, notCompared } of reports)
    for (const one of notCompared) console.error(`${backend}: not compared: ${one}`);
  const wrong = reports.flatMap(({ backend, wrong: all }: BackendReport) => all.map((one) => `${backend}: ${one}`));
  for (const line of wrong) console.error(`called exact, and is not: ${line}`);
  return wrong.length === 0 ? 0 : 1;
});
