/**
 * `npm run test:guard [-- --only TEXT --keep]`: bad and good releases of a small stack on real containers. Every bad one must be rolled back and work again,
 * every good one must stay. About 40 minutes; says what ran, and what was decided after how long.
 */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { readArguments } from "../../cli/arguments.ts";
import { runCommand } from "../../cli/command.ts";
import { aligned } from "../../cli/text.ts";
import type { ReleaseResult } from "../../guard/report.ts";
import { type Outcome, projectDir, run } from "../e2e/support/run.ts";
import { startBackend } from "./backend.ts";
import { CASES, type Case, type Release } from "./releases.ts";
import { configure, forgetStack, stack, WELL } from "./stack.ts";

interface Played {
  readonly name: string;
  readonly expected: string;
  readonly decision: string;
  /** Seconds of the deployment and the judgement, and of the whole command. */
  readonly decidedAfter: number;
  readonly seconds: number;
  readonly passed: boolean;
  /** Its first finding, or what is wrong with the test. */
  readonly says: string;
}

async function main(argv: readonly string[]): Promise<number> {
  const args = readArguments(argv, "test:guard", { only: "text", keep: "flag" });
  const only = args.text("only");
  const cases = only === undefined ? CASES : CASES.filter(({ name }) => new RegExp(only).test(name));
  const backend = await startBackend();
  const played: Played[] = [];
  try {
    await npm("stop", "--volumes");
    forgetStack();
    configure(WELL, backend.endpoint);
    const first = await npm("release", "--deploy", "compose", "--images", "local", "--json");
    if (first.code !== 0) throw new Error(`The first release was not judged good:\n${first.all.slice(-3000)}`);
    for (const one of cases) {
      const release: Release = { ...WELL, ...one.change };
      configure(release, backend.endpoint);
      const outcome = await npm("release", "--json");
      const result = judged(one, outcome);
      played.push(result);
      const mark = result.passed ? "as expected" : "WRONG";
      console.log(
        `${result.decision.padEnd(10)} ${mark.padEnd(12)} ${result.seconds.toFixed(0).padStart(4)} s  ${one.name}: ${result.says}`,
      );
      if (!result.passed) console.log(outcome.all.slice(-4000));
    }
  } finally {
    if (!args.flag("keep")) {
      await npm("stop", "--volumes");
      forgetStack();
    }
    await backend.close();
  }
  report(played);
  return played.length > 0 && played.every(({ passed }) => passed) ? 0 : 1;
}

const npm = (command: string, ...flags: readonly string[]): Promise<Outcome> =>
  run("npm", ["run", command, "--silent", "--", "--stack", stack, ...flags], { timeoutSeconds: 900 });

function judged({ name, expected, says }: Case, { stdout, code, seconds }: Outcome): Played {
  const of = (decision: string, decidedAfter: number, passed: boolean, sentence: string): Played => ({
    name,
    expected,
    decision,
    decidedAfter,
    seconds,
    passed,
    says: sentence,
  });
  let result: ReleaseResult;
  try {
    result = JSON.parse(stdout) as ReleaseResult;
  } catch {
    return of("none", 0, false, `exit code ${code}, no JSON`);
  }
  const { decision, decidedAfter, findings, outcome, unmarked } = result;
  const [first] = findings;
  if (unmarked !== undefined) return of(decision, decidedAfter, false, `no mark was written: ${unmarked}`);
  if (expected === "good") {
    return of(
      decision,
      decidedAfter,
      decision === "good" && code === 0 && outcome.kind === "kept",
      first?.says ?? "kept",
    );
  }
  const isBack = outcome.kind === "rolled-back" && outcome.works;
  const why = findings.find((finding) => says?.test(finding.says));
  const passed = decision === "bad" && code === 1 && isBack && why !== undefined;
  return of(decision, decidedAfter, passed, (why ?? first)?.says ?? "");
}

function report(played: readonly Played[]): void {
  const folder = join(projectDir, ".local", "test");
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "guard.json"), JSON.stringify(played, undefined, 2));
  const rows = played.map(({ name, expected, decision, decidedAfter, seconds, passed }) => [
    ...[passed ? "ok" : "WRONG", expected, decision, `${decidedAfter.toFixed(0)} s`, `${seconds.toFixed(0)} s`, name],
  ]);
  console.log(aligned([["", "expected", "decided", "after", "in all", "release"], ...rows]).join("\n"));
  const right = (expected: string) => {
    const all = played.filter((one) => one.expected === expected);
    return `${all.filter(({ passed }) => passed).length} of ${all.length}`;
  };
  console.log(`${right("bad")} bad releases rolled back, ${right("good")} good releases kept.`);
}

const HELP = `npm run test:guard -- [--only TEXT] [--keep]
Plays bad and good releases of a small stack on real containers, about 40 minutes. --only: those whose name matches. --keep: leaves the stack running.`;

await runCommand({ name: "test:guard", help: HELP }, main);
