import { setTimeout as sleep } from "node:timers/promises";
import type { StackOutputs } from "./outputs.ts";

/** How often each is asked: two of them fall into every interval in which metrics are sent. */
const EVERY_MS = 5000;
const PATIENCE_MS = 5000;

interface FrontPage {
  readonly service: string;
  readonly page: URL;
}

/** What is asked for a page: published services that answer requests. */
export function frontPages({ published, system }: Pick<StackOutputs, "published" | "system">): readonly FrontPage[] {
  return system.services.flatMap(({ name, work }) => {
    const address = work === "requests" || work === "pages" ? published[name] : undefined;
    return address === undefined ? [] : [{ service: name, page: new URL("/", address) }];
  });
}

/** Gets `/` of each again and again until the signal: a request that changes nothing, whatever is answered, so that there is one to be seen. */
export async function askFrontPages(pages: readonly FrontPage[], signal: AbortSignal): Promise<void> {
  while (pages.length > 0 && !signal.aborted) {
    await Promise.allSettled(
      pages.map(async ({ page }) => {
        const answer = await fetch(page, {
          redirect: "manual",
          signal: AbortSignal.any([signal, AbortSignal.timeout(PATIENCE_MS)]),
        });
        await answer.body?.cancel();
      }),
    );
    await sleep(EVERY_MS, undefined, { signal }).catch(() => undefined);
  }
}
