import { randomBytes } from "node:crypto";
import { rmSync } from "node:fs";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { dockerPrefix, localFolder } from "../cli/paths.ts";
import { interruption, lastLines, run, UNINTERRUPTED } from "../cli/process.ts";
import { writeWhole } from "../cli/whole-file.ts";
import { servicesCalled } from "../start/deploy/stack.ts";

/** What the job has in common with the service that writes deployment markers. */
export interface MarkerService {
  readonly ContainerSpec: {
    readonly Image: string;
    readonly User?: string;
    readonly Configs?: readonly { readonly ConfigName: string; readonly File?: { readonly Name?: string } }[];
  };
  readonly Networks?: readonly { readonly Target: string }[];
}

const SECONDS = 60;

/**
 * Runs the script in a job of the swarm, on any node, with image, network and files of the service that writes deployment markers: its own task may be on a
 * node whose engine cannot be asked from here.
 * @param marks JSON @returns why it did not succeed
 */
export async function sendInSwarm(stack: string, script: string, marks: string): Promise<string | undefined> {
  const service = await markerService(stack);
  if (service === undefined)
    return `There is no service ${servicesCalled(stack, "deployment")[0]} to send them beside.`;
  const name = `${dockerPrefix(stack)}-marks-${randomBytes(4).toString("hex")}`;
  // arguments are read by every user of this machine
  const file = path.join(localFolder(stack, "release"), "marks.env");
  try {
    writeWhole(file, `MARKS=${marks}\n`, 0o600);
    const made = await docker(["service", "create", ...jobArguments(name, service, file), "-c", script]);
    return made.code === 0 ? await outcomeOf(name) : lastLines(made, 1);
  } finally {
    rmSync(file, { force: true });
    await docker(["service", "rm", name], UNINTERRUPTED);
  }
}

const docker = (args: readonly string[], signal = interruption) => run("docker", args, { timeoutMs: 30_000, signal });

async function markerService(stack: string): Promise<MarkerService | undefined> {
  for (const name of servicesCalled(stack, "deployment")) {
    const { code, stdout } = await docker(["service", "inspect", "--format", "{{json .Spec.TaskTemplate}}", name]);
    if (code === 0) return JSON.parse(stdout) as MarkerService;
  }
  return undefined;
}

/** Arguments of `docker service create`, up to the image. Pure. @param envFile has its variables */
export function jobArguments(
  name: string,
  { ContainerSpec: container, Networks = [] }: MarkerService,
  envFile: string,
): readonly string[] {
  const { Image, User, Configs = [] } = container;
  return [
    ...["--name", name, "--detach", "--quiet", "--no-resolve-image"],
    // names lead to tasks, as everywhere in this program: no IPVS is needed
    ...["--mode", "replicated-job", "--restart-condition", "none", "--endpoint-mode", "dnsrr"],
    ...["--limit-memory", "64M", "--env-file", envFile],
    ...(User === undefined || User === "" ? [] : ["--user", User]),
    ...Networks.flatMap(({ Target }) => ["--network", Target]),
    ...Configs.flatMap(({ ConfigName, File }) => ["--config", `source=${ConfigName},target=${File?.Name ?? ""}`]),
    ...["--entrypoint", "python3", Image],
  ];
}

async function outcomeOf(name: string): Promise<string | undefined> {
  const args = ["service", "ps", "--no-trunc", "--format", "{{.CurrentState}}\t{{.Error}}", name];
  let last = "";
  for (let waited = 0; waited < SECONDS && !interruption.aborted; waited += 1) {
    const [state = "", error = ""] = (await docker(args)).stdout.trim().split("\t");
    if (state.startsWith("Complete")) return undefined;
    last = error || state;
    if (/^(Failed|Rejected)/.test(state)) {
      const said = await docker(["service", "logs", "--raw", "--tail", "3", name]);
      return lastLines(said, 1) || last;
    }
    await sleep(1000, undefined, { signal: interruption }).catch(() => undefined);
  }
  return interruption.aborted ? "It was interrupted." : `It was not done within ${SECONDS} s: ${last}`;
}
