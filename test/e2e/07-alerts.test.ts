import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type AlertWatch, watchAlerts } from "./support/alerts.ts";
import { type Breakage, MISUSED, STOPPED } from "./support/breakage.ts";
import { sql } from "./support/docker.ts";
import { lightTraffic } from "./support/light-traffic.ts";
import { npmVerify, stackOutputs } from "./support/stack.ts";

/** The rules are the deployed ones, with their own durations: the longest of these needs its alert eight minutes. */
const FIRES_WITHIN = 12;
/** Rates look back five minutes, restarts a quarter of an hour. */
const CLEARS_WITHIN = 12;

const ALL: readonly Breakage[] = [...MISUSED, ...STOPPED];

interface Times {
  readonly brokenAt: number;
  repairedAt?: number;
}

describe("alerts on a system that is really broken", () => {
  const times = new Map<Breakage, Times>();
  const repairs: (() => Promise<void>)[] = [];
  const names = ALL.flatMap(({ alerts }) => alerts);
  let before: readonly string[];
  let watch: AlertWatch;

  const breakAndRepair = async (wave: readonly Breakage[]): Promise<void> => {
    const begun: [Breakage, () => Promise<void>][] = [];
    for (const breakage of wave) {
      times.set(breakage, { brokenAt: Date.now() });
      const repair = await breakage.begin();
      repairs.push(repair);
      begun.push([breakage, repair]);
    }
    await watch.untilFiring(
      wave.flatMap(({ alerts }) => alerts),
      FIRES_WITHIN,
    );
    for (const [breakage, repair] of begun) {
      repairs.splice(repairs.indexOf(repair), 1);
      await repair();
      const { brokenAt } = times.get(breakage) ?? { brokenAt: Date.now() };
      times.set(breakage, { brokenAt, repairedAt: Date.now() });
    }
  };

  beforeAll(async () => {
    const { frontend, query } = await stackOutputs();
    const backend = query[0];
    if (backend?.kind !== "jaeger") throw new Error("This test asks the rules of backend jaeger.");
    watch = watchAlerts(backend);
    const stopTraffic = lightTraffic(frontend, "Broken");
    try {
      // what the files before broke is forgotten first, and rates need a healthy minute to begin from
      await sleep(60_000);
      before = await watch.untilCleared(names, CLEARS_WITHIN);
      await watch.stop();
      watch = watchAlerts(backend);
      await breakAndRepair(MISUSED);
      await breakAndRepair(STOPPED);
      await watch.untilCleared(names, CLEARS_WITHIN);
    } finally {
      await stopTraffic();
      report(times, watch);
    }
  });

  afterAll(async () => {
    for (const repair of repairs) await repair();
    await watch.stop();
    await sql("DELETE FROM games WHERE title LIKE 'Broken %'");
  });

  test("none of them fires before", () => {
    expect(before).toEqual([]);
  });

  for (const breakage of ALL) {
    test.each(breakage.alerts)(`${breakage.what}: %s fires, and clears after the repair`, (name) => {
      const story = watch.stories.get(name);
      expect(story?.firedAt, `${name} did not fire`).toBeGreaterThan(times.get(breakage)?.brokenAt ?? Infinity);
      expect(story?.clearedAt, `${name} still fires`).toBeGreaterThan(story?.firedAt ?? Infinity);
    });
  }

  test("leaves a system that is whole again", async () => {
    const { outcome, report } = await npmVerify("--drive", "--timeout", "240");
    expect(report.backends.flatMap(({ missing }) => missing)).toEqual([]);
    expect(outcome.code).toBe(0);
  });
});

/** Which alerts fired after how long, and cleared after how long; others that fired too are named. */
function report(times: ReadonlyMap<Breakage, Times>, watch: AlertWatch): void {
  const seconds = (from: number | undefined, to: number | undefined): number | string =>
    from === undefined || to === undefined ? "-" : Math.round((to - from) / 1000);
  const expected = ALL.flatMap((breakage) =>
    breakage.alerts.map((name) => {
      const story = watch.stories.get(name);
      const { brokenAt, repairedAt } = times.get(breakage) ?? {};
      return [
        name,
        {
          "fired after s": seconds(brokenAt, story?.firedAt),
          "cleared after s": seconds(repairedAt, story?.clearedAt),
          broken: breakage.what,
        },
      ] as const;
    }),
  );
  console.table(Object.fromEntries(expected));
  const others = [...watch.stories.keys()].filter((name) => !expected.some(([known]) => known === name));
  console.log(`other alerts that fired meanwhile: ${others.join(", ")}`);
}
