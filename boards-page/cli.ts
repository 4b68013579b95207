import { runCommand } from "../cli/command.ts";
import { requireWritable, writeNamed } from "../cli/named-file.ts";
import { contentOfOutputs, contentOfStackFile } from "../offline/stack-content.ts";
import { fill, type LocalBackend, stepFor } from "./collect.ts";
import { readOptions, USAGE } from "./options.ts";
import { boardsPage } from "./page.ts";
import { reportOf } from "./report.ts";

async function main(argv: readonly string[]): Promise<number> {
  const options = readOptions(argv);
  requireWritable(options.out);
  const to = Math.floor(Date.now() / 1000) * 1000;
  // a running stack knows what it deployed; its file may have changed since
  const content =
    (await contentOfOutputs(`.local/${options.stack}/outputs.json`)) ?? (await contentOfStackFile(options.stack));
  const source: LocalBackend = {
    ...options,
    from: to - options.minutes * 60_000,
    to,
    stepSeconds: stepFor(to - options.minutes * 60_000, to, content.metricsInterval),
  };
  const boards = [];
  for (const board of content.boards) boards.push(await fill(board, source));
  writeNamed(options.out, boardsPage(boards, source, content.namespace));
  const report = reportOf(boards);
  const lacking = report.filter((one) => one.state !== "data");
  if (options.json) console.log(JSON.stringify(report, undefined, 2));
  else {
    console.log(
      `${options.out}: ${boards.length} boards, ${report.length} panels, ${report.length - lacking.length} with data.`,
    );
    for (const one of lacking)
      console.log(`  ${one.state}: ${one.panel}${one.reason === undefined ? "" : ` (${one.reason})`}`);
  }
  const unexplained = lacking.filter((one) => one.state === "failed" || one.reason === undefined);
  return options.check && unexplained.length > 0 ? 1 : 0;
}

await runCommand({ name: "boards", help: USAGE, failureCode: 2, endsAtOnce: true }, main);
