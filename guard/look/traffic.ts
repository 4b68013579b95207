import { setTimeout as sleep } from "node:timers/promises";
import { appAt, type Drive } from "../../verify/drive.ts";
import type { StackOutputs } from "../../verify/outputs.ts";
import type { Work } from "../../verify/query.ts";
import { medianOf } from "../shares.ts";

/** Between two requests to the same address. */
const EVERY_MS = 250;
const PATIENCE_MS = 5000;
/** An objective of every service that answers requests is about it. */
const SLOW_MS = 500;

/** Light traffic that runs until it is stopped. */
export interface Traffic {
  /** What was answered so far, by address. */
  readonly answers: () => Readonly<Record<string, Work>>;
  /** Seconds by which this process was woken late, half of the time. */
  readonly lag: () => number;
  /** Ends it, and waits for the requests that are under way. */
  readonly stop: () => Promise<void>;
}

interface Target {
  readonly name: string;
  /** @returns a status; undefined: no answer */
  readonly ask: (turn: number) => Promise<number | undefined>;
}

/**
 * Light traffic, so that there is something to judge: what the drive file of the stack calls light, else the requests that are configured, else the
 * front page of every published service.
 * @param requests `<service>/<path>`
 */
export function beginTraffic(
  outputs: StackOutputs,
  drive: Drive | undefined,
  requests: readonly string[],
  signal: AbortSignal,
): Traffic {
  const stop = new AbortController();
  const over = AbortSignal.any([stop.signal, signal]);
  const measured = new Map<string, Measured>();
  const running = targetsOf(outputs, drive, requests).map(async ({ name, ask }) => {
    const of: Measured = { milliseconds: [], failed: 0 };
    measured.set(name, of);
    for (let turn = 0; !over.aborted; turn++) {
      const begun = performance.now();
      const status = await ask(turn).catch(() => undefined);
      if (over.aborted) return;
      const took = performance.now() - begun;
      of.milliseconds.push(took);
      if (status === undefined || status >= 500) of.failed += 1;
      await sleep(Math.max(20, EVERY_MS - took), undefined, { signal: over }).catch(() => undefined);
    }
  });
  const late: number[] = [];
  const timing = (async () => {
    while (!over.aborted) {
      const begun = performance.now();
      await sleep(EVERY_MS, undefined, { signal: over }).catch(() => undefined);
      if (!over.aborted) late.push(performance.now() - begun - EVERY_MS);
    }
  })();
  return {
    lag: () => Math.max(0, medianOf(late) ?? 0) / 1000,
    answers: () => Object.fromEntries([...measured].map(([name, of]) => [name, workOf(of)])),
    stop: async () => {
      stop.abort();
      await Promise.allSettled([...running, timing]);
    },
  };
}

interface Measured {
  readonly milliseconds: number[];
  failed: number;
}

function workOf({ milliseconds, failed }: Measured): Work {
  // of the newest half: what has just started is slow
  const median = medianOf(milliseconds.slice(Math.floor(milliseconds.length / 2)));
  return {
    requests: milliseconds.length,
    failed,
    slow: milliseconds.filter((took) => took > SLOW_MS).length,
    ...(median !== undefined && { median: median / 1000 }),
  };
}

const addressesOf = ({ services }: StackOutputs["system"], requests: readonly string[]): readonly string[] =>
  requests.length > 0
    ? requests
    : services.filter(({ work }) => work === "requests" || work === "pages").map(({ name }) => `${name}/`);

/** Services that are asked for something meanwhile, where no drive file says what is used: they have occasion for a span. */
export const askedServices = (
  { system, published }: Pick<StackOutputs, "system" | "published">,
  requests: readonly string[],
): readonly string[] =>
  addressesOf(system, requests)
    .map((address) => address.slice(0, address.indexOf("/")))
    .filter((service) => published[service] !== undefined);

function targetsOf(outputs: StackOutputs, drive: Drive | undefined, requests: readonly string[]): readonly Target[] {
  const { published, system } = outputs;
  if (drive !== undefined && requests.length === 0) {
    const app = appAt({ published });
    return [{ name: "drive", ask: async (turn) => (await drive.light(app, turn))?.status }];
  }
  return addressesOf(system, requests).flatMap((address) => {
    const at = address.indexOf("/");
    const base = published[address.slice(0, at)];
    if (base === undefined) return [];
    const url = new URL(address.slice(at), base);
    return [{ name: address.split("?")[0] ?? address, ask: () => statusOf(url) }];
  });
}

async function statusOf(url: URL): Promise<number> {
  const answer = await fetch(url, { redirect: "manual", signal: AbortSignal.timeout(PATIENCE_MS) });
  await answer.arrayBuffer();
  return answer.status;
}
