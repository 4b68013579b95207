/**
 * `npm run bench:up -- --stack dev [--runs 5]`: what `pulumi up` of a deployed stack costs where nothing has changed, against an empty program's in
 * the same run, one after the other; and with PULUMI_PARALLEL_DIFF, as this project's own commands call Pulumi. Needs the Pulumi CLI with its plugins on PATH, and a stack that `npm start -- --deploy pulumi` has deployed.
 */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { numberOption, readArguments, stackName } from "../../cli/arguments.ts";
import { runCommand } from "../../cli/command.ts";
import { useEngine } from "../../cli/engine.ts";
import { Failure } from "../../cli/failure.ts";
import { localFolder, ROOT } from "../../cli/paths.ts";
import { type Outcome, run } from "../../cli/process.ts";
import { pulumiOnPath } from "../../cli/pulumi.ts";

const help = `npm run bench:up -- [--stack dev] [--runs 5]
Seconds and processor seconds of pulumi up where nothing has changed, against an empty program's in the same run.`;

interface Took {
  readonly wall: number;
  /** Of the CLI, the program and the providers. */
  readonly processor: number;
}

/** A command, and what it took; processor time as the shell that waited for it says. */
async function timed(args: readonly string[], cwd: string, env: Readonly<Record<string, string>>): Promise<Took> {
  const begun = performance.now();
  const script = '"$0" "$@" >&2; code=$?; times; exit $code';
  const outcome = await run("bash", ["-c", script, pulumiOnPath() ?? "", ...args], { cwd, env, timeoutMs: 600_000 });
  const wall = (performance.now() - begun) / 1000;
  requireSuccess(outcome);
  const children = outcome.stdout.trim().split("\n").at(-1) ?? "";
  const processor = [...children.matchAll(/(\d+)m([\d.]+)s/g)].reduce(
    (sum, [, m, s]) => sum + Number(m) * 60 + Number(s),
    0,
  );
  return { wall, processor };
}

function requireSuccess({ code, stderr, stdout }: Outcome): void {
  if (code !== 0) throw new Failure(`pulumi up failed: ${(stderr || stdout).trim().split("\n").slice(-3).join(" ")}`);
}

const median = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;

async function main(argv: readonly string[]): Promise<number> {
  const args = readArguments(argv, "bench:up", { stack: "text", runs: "text" });
  const stack = stackName(args.text("stack"));
  const runs = numberOption(args, "runs", { from: 1, to: 50, otherwise: 5 });
  if (pulumiOnPath() === undefined) throw new Failure("There is no Pulumi CLI on PATH.");
  await useEngine(stack);
  const place = localFolder(stack);
  const ours = {
    PULUMI_BACKEND_URL: `file://${path.join(place, "pulumi-state")}`,
    PULUMI_CONFIG_PASSPHRASE_FILE: path.join(place, "pulumi-passphrase"),
    PULUMI_SKIP_UPDATE_CHECK: "true",
    // Else the CLI tries five times to download what package.json names and is not installed, in both: seconds that hide the ratio.
    PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true",
  };
  const flags = ["--non-interactive", "--color", "never", "--skip-preview", "--yes", "--suppress-outputs"];
  const config = ["--config-file", path.join(place, "pulumi-project", `Pulumi.${stack}.yaml`)];
  const folder = mkdtempSync(path.join(tmpdir(), "empty-program-"));
  try {
    const state = path.join(folder, "state");
    mkdirSync(state);
    const empty = {
      ...ours,
      PULUMI_BACKEND_URL: `file://${state}`,
      PULUMI_CONFIG_PASSPHRASE_FILE: ours.PULUMI_CONFIG_PASSPHRASE_FILE,
    };
    const runtime = "runtime:\n  name: nodejs\n  options:\n    typescript: false\n";
    writeFileSync(path.join(folder, "Pulumi.yaml"), `name: empty\n${runtime}main: index.cjs\n`);
    writeFileSync(path.join(folder, "index.cjs"), 'require("@pulumi/pulumi");\n');
    symlinkSync(path.join(ROOT, "node_modules"), path.join(folder, "node_modules"));
    writeFileSync(path.join(folder, "package.json"), '{"name":"empty"}\n');
    requireSuccess(
      await run(pulumiOnPath() ?? "", ["stack", "init", "empty", "--non-interactive"], { cwd: folder, env: empty }),
    );
    const [of, inParallel, than]: [Took[], Took[], Took[]] = [[], [], []];
    for (let i = 0; i <= runs; i++) {
      const up = (parallel: boolean) =>
        timed(["up", "--stack", stack, ...config, ...flags], ROOT, { ...ours, PULUMI_PARALLEL_DIFF: `${parallel}` });
      const [nothing, one, parallel] = [
        await timed(["up", "--stack", "empty", ...flags], folder, empty),
        await up(false),
        await up(true),
      ];
      // The first of each warms what is cached.
      if (i === 0) continue;
      than.push(nothing);
      of.push(one);
      inParallel.push(parallel);
    }
    const row = (title: string, took: readonly Took[]) =>
      `${title.padEnd(20)}${median(took.map(({ wall }) => wall))
        .toFixed(2)
        .padStart(8)} s${median(took.map(({ processor }) => processor))
        .toFixed(2)
        .padStart(8)} s of the processors`;
    const ratio = (took: readonly Took[], by: keyof Took) =>
      (median(took.map((each) => each[by])) / median(than.map((each) => each[by]))).toFixed(2);
    const resources = JSON.parse(
      readFileSync(path.join(place, "pulumi-state/.pulumi/stacks/game-scheduler-otel", `${stack}.json`), "utf8"),
    );
    console.log(row("empty program", than));
    for (const [title, took] of [
      [`stack ${stack}`, of],
      ["with parallel diffs", inParallel],
    ] as const)
      console.log(
        `${row(title, took)}, ${ratio(took, "wall")} times as long, ${ratio(took, "processor")} times the work`,
      );
    console.log(`${resources.checkpoint.latest.resources.length} resources`);
    return 0;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

await runCommand({ name: "bench:up", help }, main);
