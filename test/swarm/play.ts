/** A swarm on engines of this machine, with everything that happens to one. Started by `run.ts`, which removes the engines. */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { numberOption, readArguments } from "../../cli/arguments.ts";
import { runCommand } from "../../cli/command.ts";
import { Failure } from "../../cli/failure.ts";
import { ROOT } from "../../cli/paths.ts";
import { pulumiOnPath } from "../../cli/pulumi.ts";
import { Engines, requireMachine } from "./engines.ts";
import { judgedOn } from "./guard.ts";
import { namesOf } from "./names.ts";
import { provide, swarmOf } from "./nodes.ts";
import { releasesOn, type SwarmDeployer } from "./release.ts";
import { say } from "./say.ts";
import { Stack, written } from "./stack.ts";
import { PHASES, threeNodes } from "./three.ts";

const PARTS = ["one", "release", "three", ...PHASES] as const;
type Part = (typeof PARTS)[number];

/** @throws Failure for a name that would play nothing */
function partOf(name: string | undefined): Part | undefined {
  const part = PARTS.find((each) => each === name);
  if (name === undefined || part !== undefined) return part;
  throw new Failure(`test:swarm: --only ${name} is no part of it. There are: ${PARTS.join(", ")}.`);
}

async function main(argv: readonly string[]): Promise<number> {
  const args = readArguments(argv, "test:swarm", {
    rate: "text",
    seconds: "text",
    only: "text",
    deploy: "text",
    images: "list",
  });
  const rate = numberOption(args, "rate", { from: 20, to: 5000, otherwise: 400, whole: true });
  const seconds = numberOption(args, "seconds", { from: 5, to: 600, otherwise: 30, whole: true });
  requireMachine();
  const engines = new Engines(namesOf());
  const failures: string[] = [];
  const result: Record<string, unknown> = { rate, seconds };
  const only = partOf(args.text("only"));
  const plays = (part: Part) => only === undefined || only === part;
  if (plays("one")) Object.assign(result, await oneNode(engines, args.list("images"), failures));
  if (plays("release"))
    Object.assign(result, await releases(engines, args.text("deploy"), args.list("images"), failures));
  const phases = PHASES.filter((phase) => plays("three") || plays(phase));
  if (phases.length > 0)
    Object.assign(result, await threeNodes(engines, { phases, rate, seconds, images: args.list("images") }, failures));
  const folder = join(ROOT, ".local", "swarm-test");
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "result.json"), `${JSON.stringify({ ...result, failures }, null, 2)}\n`);
  for (const failure of failures) say(`FAILED: ${failure}`);
  say(failures.length === 0 ? "everything held" : `${failures.length} did not hold`);
  return failures.length === 0 ? 0 : 1;
}

/** The whole stack on one node, and the proof of its telemetry, asked in the node's own network. */
async function oneNode(engines: Engines, images: readonly string[], failures: string[]): Promise<object> {
  const [manager] = await swarmOf(engines, [1]);
  if (manager === undefined) return {};
  const file = await written(engines, { "collector.replicas": "1" });
  say(`one node: ${file.services.length} services, ${file.images.length} images`);
  provide(manager, file.images, images);
  const stack = new Stack(manager, file);
  stack.deploy(file);
  const up = Math.round(await stack.converged(300));
  say(`one node: every service runs after ${up} s`);
  const outputs = join(engines.folder, "local", "outputs.json");
  const verify = [
    process.execPath,
    join(ROOT, "verify", "cli.ts"),
    "--stack",
    "swarm",
    "--outputs",
    outputs,
    "--drive",
    "--json",
  ];
  // In a swarm nothing waits for anything: a service that is up may still be looking for its broker, and says "try again later".
  let report = proof(engines, verify);
  for (let tries = 1; report.complete !== true && tries < 3; tries++) {
    say("one node: telemetry is not complete yet, asked again in 20 s");
    await sleep(20_000);
    report = proof(engines, verify);
  }
  say(`one node: telemetry ${report.complete === true ? "complete" : "NOT complete"}`);
  if (report.complete !== true) failures.push("one node: telemetry is not complete");
  const wrong = await judgedOn(manager, stack, "web");
  say(`one node: the release guard ${wrong.length === 0 ? "names what is wrong, and nothing else" : "is WRONG"}`);
  failures.push(...wrong.map((sentence) => `one node, release guard: ${sentence}`));
  manager.docker("stack", "rm", stack.name);
  await sleep(15_000);
  return { one: { upSeconds: up, complete: report.complete === true } };
}

/** Releases on one node, by Docker's own client and by the Pulumi CLI where there is one. */
async function releases(
  engines: Engines,
  wanted: string | undefined,
  images: readonly string[],
  failures: string[],
): Promise<object> {
  const [manager] = await swarmOf(engines, [1]);
  if (manager === undefined) return {};
  const has = pulumiOnPath() !== undefined;
  if (!has) say("releases: no Pulumi CLI on PATH, so Docker's own client alone deploys");
  const all: readonly SwarmDeployer[] = has ? ["stack", "pulumi"] : ["stack"];
  const result: Record<string, unknown> = {};
  for (const deployer of all.filter((one) => wanted === undefined || one === wanted)) {
    const give = (needed: readonly string[]) => provide(manager, needed, images);
    const played = await releasesOn({ engines, manager, deployer, provide: give, say });
    failures.push(...played.failures);
    result[deployer] = played.played;
  }
  return { releases: result };
}

/** What `verify` says on a node, also where it says that something is missing. */
function proof(engines: Engines, verify: readonly string[]): { readonly complete?: boolean } {
  try {
    return JSON.parse(engines.inside(1, verify, ROOT));
  } catch (error) {
    const text = String(Reflect.get(Object(error), "stdout") ?? "");
    return text.startsWith("{") ? JSON.parse(text) : {};
  }
}

await runCommand({ name: "test:swarm", help: "Started by run.ts." }, main);
