import * as pulumi from "@pulumi/pulumi";
import type { Scope } from "./scope.ts";

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
