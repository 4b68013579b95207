import { createHash } from "node:crypto";
import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { parseDocument } from "yaml";
import { bridgeAddress } from "../../../difference/record/stack.ts";
import { openable } from "../../../start/report/result.ts";
import { appAt, loadDrive } from "../../../verify/drive.ts";
import { readOutputs, type StackOutputs } from "../../../verify/outputs.ts";
import { BESIDE, freeOffset } from "./ports.ts";
import { type Outcome, projectDir, run, succeed } from "./run.ts";

const fingerprint = createHash("sha256").update(`other ${projectDir}`).digest("hex");

/** A copy of stack `other` of this checkout's own: name and ports, so that neither it nor another checkout is touched. */
export const otherStack = `e2o-${fingerprint.slice(0, 4)}`;

const file = join(projectDir, `Pulumi.${otherStack}.yaml`);
export const otherDir = join(projectDir, ".local", otherStack);

/** Where containers reach a server of this machine. */
export const hostAddress = bridgeAddress;

/** Removes what a run that was cut off left, and starts it by `npm start`, with a contact of kind webhook. */
export async function startOther(webhook: string): Promise<Outcome> {
  await mkdir(join(projectDir, ".local"), { recursive: true, mode: 0o700 });
  const document = parseDocument(await readFile(join(projectDir, "Pulumi.other.yaml"), "utf8"));
  document.setIn(["config", "game-scheduler-otel:portOffset"], await freeOffset(fingerprint, BESIDE));
  document.setIn(["config", "game-scheduler-otel:alerts"], { contact: "webhook" });
  await writeFile(file, document.toString());
  await npmOther("stop", "--volumes");
  const args = ["start", "--silent", "--", "--stack", otherStack, "--deploy", "compose", "--secret", "alertWebhook"];
  return run("npm", args, { timeoutSeconds: 45 * 60, show: true, env: { ALERT_WEBHOOK: webhook } });
}

/** Removes everything, its stack file too. */
export async function removeOther(): Promise<void> {
  await npmOther("stop", "--volumes");
  await rm(file, { force: true });
}

/** A command of package.json for this stack. */
export function npmOther(command: string, ...flags: readonly string[]): Promise<Outcome> {
  const args = ["run", command, "--silent", "--", "--stack", otherStack, ...flags];
  return run("npm", args, { timeoutSeconds: 45 * 60 });
}

export const otherOutputs = (): Promise<StackOutputs> => readOutputs(join(otherDir, "outputs.json"));

/** Every address that `npm start` prints, by its name. */
export const otherLinks = async (): Promise<Readonly<Record<string, string>>> =>
  openable(JSON.parse(await readFile(join(otherDir, "outputs.json"), "utf8")));

/** Address of its Alertmanager. */
export async function otherAlertmanager(): Promise<string> {
  const { stdout } = await succeed("docker", ["port", `game-scheduler-otel-${otherStack}-alertmanager`, "9093"]);
  return `http://${stdout.trim()}`;
}

/** `docker stop worker` and the like. */
export const dockerOther = (verb: "stop" | "start", service: string): Promise<Outcome> =>
  succeed("docker", [verb, `game-scheduler-otel-${otherStack}-${service}`]);

/** The light traffic of the stack's drive file, until the returned function is called. */
export async function lightOther(): Promise<() => Promise<void>> {
  const { published, drive = "" } = await otherOutputs();
  const { light } = await loadDrive(drive);
  const app = appAt({ published });
  let over = false;
  const sending = (async () => {
    for (let turn = 0; !over; turn++) {
      await light(app, turn);
      await sleep(500);
    }
  })();
  return async () => {
    over = true;
    await sending;
  };
}
