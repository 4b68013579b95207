import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { type Document, isMap, parseDocument } from "yaml";
import example from "../../../example/drive.ts";
import { openable } from "../../../start/report/result.ts";
import type { Check } from "../../../verify/check.ts";
import { readOutputs, type StackOutputs } from "../../../verify/outputs.ts";
import type { VerifyReport } from "../../../verify/report-types.ts";
import { checksFor } from "../../../verify/run.ts";
import { freeOffset } from "./ports.ts";
import { type Outcome, projectDir, type RunOptions, run } from "./run.ts";

const fingerprint = createHash("sha256").update(projectDir).digest("hex");

/** A stack of this checkout's own, so that neither dev nor another checkout is touched. */
export const stack = `e2e-${fingerprint.slice(0, 4)}`;

const stackFile = join(projectDir, `Pulumi.${stack}.yaml`);

/** The stack is left running after the last file, and a running one is taken up before the first: for work on one test. */
export const keepsStack = process.env.E2E_KEEP === "1";

/** Ports of its own too; found once, before the first file, and handed down to the others by the environment. */
export const portOffset = Number(
  process.env.E2E_PORT_OFFSET ?? (await keptOffset()) ?? (await freeOffset(fingerprint)),
);
process.env.E2E_PORT_OFFSET = String(portOffset);

async function keptOffset(): Promise<string | undefined> {
  if (!keepsStack || !existsSync(stackFile)) return undefined;
  return /portOffset: (\d+)/.exec(await readFile(stackFile, "utf8"))?.[1];
}

/** Name of a container of the stack. */
export function containerName(name: string): string {
  return `game-scheduler-otel-${stack}-${name}`;
}

/** Environment of one service, changed for a test. */
export interface ServiceChange {
  readonly service: string;
  readonly env: Readonly<Record<string, string>>;
}

/** Writes the stack's configuration: dev's, with our ports, our environment, and what a test changes. */
export async function configureStack(changes: readonly ServiceChange[] = []): Promise<void> {
  const document = parseDocument(await readFile(join(projectDir, "Pulumi.dev.yaml"), "utf8"));
  document.setIn(["config", "game-scheduler-otel:portOffset"], portOffset);
  document.setIn(["config", "game-scheduler-otel:environment"], "e2e");
  for (const change of changes) changeService(document, change);
  await writeFile(stackFile, document.toString());
}

function changeService(document: Document, { service, env }: ServiceChange): void {
  const path = ["config", "game-scheduler-otel:services"];
  const services = document.toJS().config["game-scheduler-otel:services"] as { name: string }[];
  const index = services.findIndex(({ name }) => name === service);
  if (index < 0) throw new Error(`Pulumi.dev.yaml has no service "${service}".`);
  for (const [key, value] of Object.entries(env)) {
    if (!isMap(document.getIn([...path, index, "env"])))
      document.setIn([...path, index, "env"], document.createNode({}));
    document.setIn([...path, index, "env", key], value);
  }
}

export async function forgetStack(): Promise<void> {
  await rm(stackFile, { force: true });
  await rm(composedFile, { force: true });
}

/** `npm start` for the stack, as a person types it. */
export function npmStart(flags: readonly string[] = [], options: RunOptions = {}): Promise<Outcome> {
  return run("npm", ["start", "--silent", "--", "--stack", stack, ...flags], { timeoutSeconds: 45 * 60, ...options });
}

export function npmStop(...flags: readonly string[]): Promise<Outcome> {
  return run("npm", ["run", "stop", "--silent", "--", "--stack", stack, ...flags]);
}

/** `npm run verify -- --json`, read. */
export async function npmVerify(...flags: readonly string[]): Promise<{ outcome: Outcome; report: VerifyReport }> {
  const outcome = await run("npm", ["run", "verify", "--silent", "--", "--stack", stack, "--json", ...flags]);
  try {
    return { outcome, report: JSON.parse(outcome.stdout) as VerifyReport };
  } catch {
    throw new Error(`npm run verify -- --json printed no JSON but:\n${outcome.all.slice(-2000)}`);
  }
}

/** Everything the stack wrote below `.local/`. */
export const localDir = join(projectDir, ".local", stack);

/** The containers as Compose deployed them, kept for the comparison with Pulumi's. */
export const composedFile = join(projectDir, ".local", `${stack}-composed.json`);

export function hasLocalState(): boolean {
  return existsSync(join(localDir, "outputs.json"));
}

/** The outputs of the running stack. */
export async function stackOutputs(): Promise<StackOutputs & { readonly frontend: string }> {
  const outputs = await readOutputs(join(localDir, "outputs.json"));
  const { frontend } = outputs.published;
  if (frontend === undefined) throw new Error("The stack publishes no frontend.");
  return { ...outputs, frontend };
}

/** Every address that `npm start` prints for the running stack, by its name. */
export async function stackLinks(): Promise<Readonly<Record<string, string>>> {
  return openable(JSON.parse(await readFile(join(localDir, "outputs.json"), "utf8")));
}

/** Every check that the running stack must pass. */
export async function stackChecks(): Promise<readonly Check[]> {
  const { system } = await stackOutputs();
  return checksFor({ system, traffic: example });
}
