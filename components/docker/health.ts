import { type IncomingMessage, request } from "node:http";
import { buffer } from "node:stream/consumers";
import * as pulumi from "@pulumi/pulumi";
import { physicalName, type Scope } from "./scope.ts";

const POLL_MILLISECONDS = 250;

/**
 * Resource hooks that make `up` fail when a container does not answer at its published port.
 * For images without a shell, where no health check inside is possible, and because the provider's own wait can report success over an
 * unhealthy container (measured). Empty where the engine is on another machine: its 127.0.0.1 is not ours.
 */
export function readyHooks(
  scope: Scope,
  name: string,
  url: string,
  timeoutSeconds = 60,
): { hooks?: pulumi.ResourceHookBinding } {
  if (!scope.engineIsLocal) return {};
  const hook = new pulumi.ResourceHook(`${name}-ready`, () => untilReady(name, url, timeoutSeconds));
  return { hooks: { afterCreate: [hook], afterUpdate: [hook] } };
}

/** @throws Error in one sentence when `url` has not answered with a 2xx after `timeoutSeconds`. */
export async function untilReady(name: string, url: string, timeoutSeconds: number): Promise<void> {
  const deadline = Date.now() + timeoutSeconds * 1000;
  let last = "no answer";
  while (Date.now() < deadline) {
    last = await probe(url);
    if (last === "ready") return;
    await new Promise((resolve) => setTimeout(resolve, POLL_MILLISECONDS));
  }
  throw new Error(
    `${name} was not ready at ${url} after ${timeoutSeconds} s (${last}); see why with: docker logs <container of ${name}>`,
  );
}

async function probe(url: string): Promise<string> {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(2000) });
    await response.body?.cancel();
    return response.ok ? "ready" : `status ${response.status}`;
  } catch (error) {
    return error instanceof Error ? ((error.cause as Error | undefined)?.message ?? error.message) : String(error);
  }
}

/**
 * Resource hooks that make `up` fail with the last line that a container printed, when it does not become healthy. For containers that explain
 * themselves so. Undefined where the engine has no socket on this machine; then the provider's own wait is all there is.
 */
export function healthyHooks(
  scope: Scope,
  name: string,
  timeoutSeconds = 60,
): { hooks: pulumi.ResourceHookBinding } | undefined {
  const { engineSocket } = scope;
  if (engineSocket === undefined) return undefined;
  const hook = new pulumi.ResourceHook(`${name}-healthy`, () =>
    untilHealthy(engineSocket, physicalName(scope, name), timeoutSeconds),
  );
  return { hooks: { afterCreate: [hook], afterUpdate: [hook] } };
}

/** @throws Error with the container's last line when it is not healthy after `timeoutSeconds`. */
export async function untilHealthy(engineSocket: string, container: string, timeoutSeconds: number): Promise<void> {
  const deadline = Date.now() + timeoutSeconds * 1000;
  const path = `/containers/${container}`;
  while (Date.now() < deadline) {
    const state = JSON.parse((await asked(engineSocket, `${path}/json`)).toString("utf8"));
    if (state?.State?.Health?.Status === "healthy") return;
    await new Promise((resolve) => setTimeout(resolve, POLL_MILLISECONDS));
  }
  const last = lastLine(await asked(engineSocket, `${path}/logs?stdout=1&stderr=1&tail=1`));
  throw new Error(last || `${container} was not healthy after ${timeoutSeconds} s and printed nothing`);
}

/** A GET of the engine's API. @throws Error when the engine does not answer, or not with 200. */
async function asked(socketPath: string, path: string): Promise<Buffer> {
  const response = await new Promise<IncomingMessage>((resolve, reject) =>
    request({ socketPath, path, timeout: 10_000 }, resolve).on("error", reject).end(),
  );
  const body = await buffer(response);
  if (response.statusCode === 200) return body;
  throw new Error(`the engine answered ${response.statusCode} to ${path}: ${body.toString("utf8").trim()}`);
}

/** Of a log as the engine sends it: frames of 8 bytes, the last 4 of them a length, then that many bytes. */
function lastLine(frames: Buffer): string {
  let text = "";
  for (let at = 0; at + 8 <= frames.length; at += 8 + frames.readUInt32BE(at + 4))
    text += frames.toString("utf8", at + 8, at + 8 + frames.readUInt32BE(at + 4));
  return text.trim().split("\n").at(-1) ?? "";
}
