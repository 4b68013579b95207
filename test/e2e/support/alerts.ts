import { setTimeout as sleep } from "node:timers/promises";
import { type AlertSource, activeAlerts } from "../../../verify/alerts.ts";

/** When an alert fired and cleared, in milliseconds since 1970; undefined: not (yet). */
export interface AlertStory {
  readonly firedAt: number;
  readonly clearedAt?: number;
}

/** What the rules of the local backend say, noted every few seconds; without the heartbeat, which always fires. */
export interface AlertWatch {
  /** Every alert that fired since the watch began, by name; of one that fired twice, from the first time to the last end. */
  readonly stories: ReadonlyMap<string, AlertStory>;
  /** Waits until all of them fire, at most so long; the names of those that do not. */
  untilFiring(names: readonly string[], minutes: number): Promise<readonly string[]>;
  /** Waits until none of them fires, at most so long; the names of those that still do. */
  untilCleared(names: readonly string[], minutes: number): Promise<readonly string[]>;
  stop(): Promise<void>;
}

export function watchAlerts(backend: AlertSource, everyMs = 3000): AlertWatch {
  const stories = new Map<string, AlertStory>();
  let over = false;
  const note = async (): Promise<void> => {
    const firing = new Set(
      (await activeAlerts(backend)).flatMap(({ name, state }) => (state === "firing" ? [name] : [])),
    );
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
