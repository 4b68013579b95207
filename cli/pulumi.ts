import { existsSync } from "node:fs";
import path from "node:path";
import { Failure } from "./failure.ts";
import { startCommand } from "./not-running.ts";
import { PROJECT, ROOT } from "./paths.ts";
import { lastLines, type Outcome, type RunOptions, run } from "./process.ts";
import { isStack, noSuchStack } from "./stacks.ts";

/**
 * Runs the Pulumi CLI in the checkout, for at most a minute unless `timeoutMs` says otherwise; never throws.
 *
 * Not by `@pulumi/pulumi/automation`: that gives values of secret settings to the CLI as arguments, which every user of the machine can
 * read, and ends nothing by a timeout.
 */
export function pulumi(program: string, args: readonly string[], options: RunOptions = {}): Promise<Outcome> {
  return run(program, args, {
    cwd: ROOT,
    timeoutMs: 60_000,
    // As Ctrl-C: the CLI then ends its update in good order.
    stopSignal: "SIGINT",
    ...options,
    env: {
      // Without this the CLI asks the network for its newest version.
      PULUMI_SKIP_UPDATE_CHECK: "true",
      // Without this the provider is asked about one resource after the other whether anything changed.
      PULUMI_PARALLEL_DIFF: process.env.PULUMI_PARALLEL_DIFF ?? "true",
      ...options.env,
    },
  });
}

/** The CLI on PATH. `npm run` adds node_modules/.bin, where `pulumi` is a wrapper that downloads the CLI when it is first run. */
export function pulumiOnPath(): string | undefined {
  return onPath("pulumi", (folder) => !folder.endsWith(path.join("node_modules", ".bin")));
}

/**
 * How advice that names `pulumi config` is followed by hand; "" where the advice can be typed as it is. Pure.
 *
 * @param program the CLI, where there is one
 */
export function byHand(stack: string, advice: readonly string[], program: string | undefined): string {
  if (program !== undefined || !advice.some((text) => /pulumi config (set|rm)\b/.test(text))) return "";
  return `There is no Pulumi CLI here: write a key into Pulumi.${stack}.yaml, below config, as ${PROJECT}:<key>, and a secret into .local/${stack}/secrets.yaml, as <key>: <value> (chmod 600).`;
}

/** An executable on PATH, such as a provider's plugin, which the CLI finds there although `plugin ls` does not list it. */
export function onPath(file: string, wanted: (folder: string) => boolean = () => true): string | undefined {
  return (process.env.PATH ?? "")
    .split(path.delimiter)
    .filter((folder) => folder !== "" && wanted(folder))
    .map((folder) => path.join(folder, file))
    .find((program) => existsSync(program));
}

/**
 * A stack's outputs as JSON, secrets included: they stay in this process. Undefined where there is no CLI.
 *
 * Throws a Failure when the CLI does not know the stack or cannot open it.
 */
export async function pulumiOutputs(stack: string): Promise<string | undefined> {
  const program = pulumiOnPath();
  if (program === undefined) return undefined;
  const args = ["stack", "output", "--json", "--show-secrets", "--stack", stack, "--non-interactive"];
  const outcome = await pulumi(program, args);
  if (outcome.code === 0) return outcome.stdout;
  // Pulumi may know one that has no file here
  if (!isStack(stack) && !outcome.timedOut) throw new Failure(noSuchStack(stack));
  const reason = outcome.timedOut ? "no answer" : lastLines({ stdout: "", stderr: outcome.stderr }, 1).trim();
  throw new Failure(
    `No running stack found (the Pulumi CLI says of stack ${stack}: ${reason || "nothing"}): run ${startCommand(stack)} first, or pulumi up.`,
  );
}
