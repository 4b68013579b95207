import { Failure } from "../../cli/failure.ts";
import { interruption } from "../../cli/process.ts";
import { until } from "../../cli/time.ts";

/** Waits until the collector answers at its published port. Throws a Failure after `timeoutMs`. */
export async function collectorAnswers(url: string, container: string, timeoutMs = 60_000): Promise<void> {
  let last = "no answer";
  const ready = await until(
    async () => {
      try {
        const response = await fetch(url, { signal: AbortSignal.timeout(2000) });
        await response.body?.cancel();
        if (response.ok) return true;
        last = `status ${response.status}`;
      } catch (error) {
        last = error instanceof Error && error.cause instanceof Error ? error.cause.message : String(error);
      }
      return undefined;
    },
    { timeoutMs, everyMs: 250, signal: interruption },
  );
  if (ready !== true) {
    throw new Failure(
      `The collector does not answer at ${url} after ${timeoutMs / 1000} s (${last}); see why with "docker logs ${container}".`,
    );
  }
}
