import { setTimeout as sleep } from "node:timers/promises";
import { type Finding, findings } from "../../guard/findings.ts";
import { WITHOUT_OBJECTIVES } from "../../guard/ground.ts";
import { lookAtTasks } from "../../guard/look/tasks.ts";
import { NOTHING } from "../../guard/observation.ts";
import type { Engine } from "./engines.ts";
import type { Stack } from "./stack.ts";

/** What the release guard says of a swarm where all is well, and of updates of a service that cannot work. */
export async function judgedOn(manager: Engine, stack: Stack, service: string): Promise<readonly string[]> {
  const docker = (...args: readonly string[]) => manager.docker("service", "update", "--detach", "-q", ...args);
  const name = stack.service(service);
  const well = await found(manager);
  const failures = well.length === 0 ? [] : [`well, and yet: ${well.map(({ says }) => says).join(" ")}`];

  docker("--image", "localhost/no-such-image:1", "--no-resolve-image", "--update-monitor", "2s", name);
  if (!(await says(manager, new RegExp(`^${service}: Swarm took its update back`))))
    failures.push(`an image that does not exist was taken back, and ${await said(manager)}`);
  await stack.converged(120);

  docker("--constraint-add", "node.labels.nowhere==true", name);
  if (!(await says(manager, new RegExp(`^${service}(\\.\\d+)? is pending: no suitable node`))))
    failures.push(`no node was suitable, and ${await said(manager)}`);
  docker("--constraint-rm", "node.labels.nowhere==true", name);
  await stack.converged(120);
  const again = await found(manager);
  return again.length === 0
    ? failures
    : [...failures, `well again, and yet: ${again.map((one) => one.says).join(" ")}`];
}

async function found({ socket }: Engine): Promise<readonly Finding[]> {
  const before = process.env.DOCKER_HOST;
  process.env.DOCKER_HOST = socket;
  try {
    return findings({ ...NOTHING, ...(await lookAtTasks("swarm")) }, NOTHING, WITHOUT_OBJECTIVES);
  } finally {
    if (before === undefined) delete process.env.DOCKER_HOST;
    else process.env.DOCKER_HOST = before;
  }
}

const said = async (manager: Engine): Promise<string> =>
  `the guard said: ${(await found(manager)).map(({ says }) => says).join(" ") || "nothing"}`;

/** Whether it is said within a minute. */
async function says(manager: Engine, sentence: RegExp): Promise<boolean> {
  for (let tries = 0; tries < 60; tries += 1) {
    if ((await found(manager)).some((finding) => sentence.test(finding.says))) return true;
    await sleep(1000);
  }
  return false;
}
