import { setTimeout as sleep } from "node:timers/promises";
import { getJson } from "../../../verify/http.ts";
import { list, object, text } from "../../../verify/json.ts";
import type { BackendQuery } from "../../../verify/query.ts";

/** When an alert fired and cleared, in milliseconds since 1970; undefined: not (yet). */
export interface AlertStory {
  readonly firedAt: number;
  readonly clearedAt?: number;
}

/** What the rules of the local backend say, noted every few seconds. */
export interface AlertWatch {
  /** Every alert that fired since the watch began, by name; of one that fired twice, from the first time to the last end. */
  readonly stories: ReadonlyMap<string, AlertStory>;
  /** Waits until all of them fire, at most so long; the names of those that do not. */
  untilFiring(names: readonly string[], minutes: number): Promise<readonly string[]>;
  /** Waits until none of them fires, at most so long; the names of those that still do. */
  untilCleared(names: readonly string[], minutes: number): Promise<readonly string[]>;
  stop(): Promise<void>;
}

type Local = Extract<BackendQuery, { kind: "jaeger" }>;

/** Names of the alerts that fire now, in Prometheus and in Loki's ruler. */
export async function firingAlerts({ prometheus, loki }: Local): Promise<ReadonlySet<string>> {
  const answers = await Promise.all([
    getJson(new URL("/api/v1/alerts", prometheus)),
    getJson(new URL("/prometheus/api/v1/alerts", loki)),
  ]);
  const alerts = answers.flatMap((answer) => list(object(object(answer).data).alerts)).map(object);
  return new Set(alerts.filter(({ state }) => state === "firing").map(({ labels }) => text(object(labels).alertname)));
}

export function watchAlerts(backend: Local, everyMs = 3000): AlertWatch {
  const stories = new Map<string, AlertStory>();
  let over = false;
  const note = async (): Promise<void> => {
    const firing = await firingAlerts(backend);
    const now = Date.now();
    for (const name of firing) {
      const story = stories.get(name);
      if (story === undefined || story.clearedAt !== undefined) stories.set(name, { firedAt: story?.firedAt ?? now });
    }
    for (const [name, { firedAt, clearedAt }] of stories) {
      if (clearedAt === undefined && !firing.has(name)) stories.set(name, { firedAt, clearedAt: now });
    }
  };
  const watching = (async () => {
    while (!over) {
      // a question that is not answered in time is asked again: only answers count
      await note().catch(() => undefined);
      await sleep(everyMs);
    }
  })();
  const fires = (name: string): boolean => {
    const story = stories.get(name);
    return story !== undefined && story.clearedAt === undefined;
  };
  const until = async (left: () => readonly string[], minutes: number): Promise<readonly string[]> => {
    const deadline = Date.now() + minutes * 60_000;
    while (left().length > 0 && Date.now() < deadline) await sleep(1000);
    return left();
  };
  return {
    stories,
    // one that has fired and cleared again by itself has fired
    untilFiring: (names, minutes) => until(() => names.filter((name) => !stories.has(name)), minutes),
    untilCleared: (names, minutes) => until(() => names.filter(fires), minutes),
    stop: async () => {
      over = true;
      await watching;
    },
  };
}
