/** A person's way back on a swarm: `pulumi up` of what cannot start, and of what was good again. */
import { copyFileSync } from "node:fs";
import { join } from "node:path";
import { PROJECT, ROOT } from "../../cli/paths.ts";
import { pulumiOnPath } from "../../cli/pulumi.ts";
import { localState } from "../../start/deploy/pulumi.ts";
import type { Engine, Engines } from "./engines.ts";

export interface ByHandArgs {
  readonly engines: Engines;
  readonly manager: Engine;
  /** Runs by Pulumi, and well. */
  readonly stack: string;
  readonly env: Readonly<Record<string, string>>;
  /** An image of its first service that ends at its start. */
  readonly crashing: string;
}

/** @returns what was not as it should be */
export function backByHand({ engines, manager, stack, env, crashing }: ByHandArgs): readonly string[] {
  const { flags = [], env: own = {} } = localState(stack) ?? {};
  const given = Object.entries({ ...env, ...own, DOCKER_HOST: manager.socket });
  const variables = Object.fromEntries(given.flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])));
  const unset = given.flatMap(([name, value]) => (value === undefined ? ["-u", name] : []));
  const run = (...command: readonly string[]): { readonly failed: boolean; readonly said: string } => {
    try {
      return { failed: false, said: engines.inside(manager.number, ["env", ...unset, ...command], ROOT, variables) };
    } catch (error) {
      return { failed: true, said: String(Reflect.get(Object(error), "stdout") ?? "") };
    }
  };
  const pulumi = (...args: readonly string[]) =>
    run(pulumiOnPath() ?? "pulumi", ...args, "--stack", stack, ...flags, "--non-interactive", "--color", "never");
  const up = () => pulumi("up", "--yes", "--skip-preview");
  const secrets = () => manager.docker("secret", "ls", "--format", "{{.Name}}").split("\n").toSorted().join(", ");
  const set = (key: string, value: string, ...more: readonly string[]) =>
    pulumi("config", "set", "--path", ...more, `${PROJECT}:${key}`, value);

  const failures: string[] = [];
  const expect = (holds: boolean, what: string, said: string): void => {
    if (!holds) failures.push(`by hand: ${what}: ${said.slice(-1500)}`);
  };
  const config = flags[1] ?? "";
  const kept = join(engines.folder, "by-hand.yaml");
  copyFileSync(config, kept);
  const before = secrets();
  set("services[0].image", crashing, "--plaintext");
  set("secrets.token", "fifth-canary-of-orders", "--secret");
  const bad = up();
  expect(bad.failed && secrets() !== before, "an up of what cannot start leaves another secret", bad.said);
  copyFileSync(kept, config);
  const back = up();
  expect(back.failed && back.said.includes("already exists"), "without recover the way back is barred", back.said);
  const recovered = run("npm", "run", "recover", "--silent", "--", "--stack", stack);
  expect(recovered.said.includes("is in its place again"), "recover puts it in its place", recovered.said);
  const again = up();
  expect(!again.failed && secrets() === before, "the way back is open, and the other secret is gone", again.said);
  return failures;
}
