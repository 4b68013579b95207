import { setTimeout as sleep } from "node:timers/promises";
import type { StackCopy } from "../../../difference/record/stack.ts";
import { driveApp, loadDrive } from "../../../verify/drive.ts";
import { FRONTEND, SIMULATOR } from "./stack.ts";

/** Requests a second beside the drives. */
const REQUESTS_PER_SECOND = 1.5;

/**
 * Uses the example for so many minutes as people do, some of them wrongly; in the middle Discord is away for a while, then the database.
 * What is answered does not matter: all of it is telemetry.
 */
export async function traffic(stack: StackCopy, minutes: number): Promise<void> {
  const until = Date.now() + minutes * 60_000;
  const trouble = async (): Promise<void> => {
    await sleep(minutes * 60_000 * 0.45);
    await stack.without("discord", 30);
    await sleep(minutes * 60_000 * 0.15);
    await stack.without("postgres", 15);
  };
  const drive = await loadDrive("example/drive.ts");
  const published = { frontend: FRONTEND, discord: SIMULATOR };
  const drives = async (): Promise<void> => {
    while (Date.now() < until) {
      await driveApp(drive, { published, patienceSeconds: 20 }).catch(() => undefined);
      await sleep(1000);
    }
  };
  const requests = async (): Promise<void> => {
    for (let sent = 0; Date.now() < until; sent++) {
      await ask(sent).catch(() => undefined);
      await sleep((1000 / REQUESTS_PER_SECOND) * (0.5 + Math.random()));
    }
  };
  await Promise.all([trouble(), drives(), requests()]);
}

async function ask(sent: number): Promise<void> {
  const games = `${FRONTEND}/api/games`;
  const post = (body: unknown): RequestInit => ({
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
  });
  const [url, init] =
    sent % 11 === 3
      ? [games, post({ title: `Recorded ${sent}`, starts_in_seconds: 20 + (sent % 90) })]
      : sent % 13 === 5
        ? [games, post({ nonsense: true })]
        : sent % 17 === 7
          ? [`${games}/00000000-0000-0000-0000-000000000000/join`, post({ player: "Nobody" })]
          : sent % 5 === 1
            ? [`${FRONTEND}/`, {}]
            : [games, {}];
  const response = await fetch(url, { ...init, signal: AbortSignal.timeout(10_000) });
  await response.arrayBuffer();
}
