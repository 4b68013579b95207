import { setTimeout as sleep } from "node:timers/promises";
import { killContainer, startContainers, stopContainers } from "./docker.ts";
import { type Misuse, misuse } from "./misuse.ts";
import { stackOutputs } from "./stack.ts";

/** One thing that is really broken, and the alerts that must say so. */
export interface Breakage {
  /** What is broken, as a person would say it. */
  readonly what: string;
  /** Alerts by the names the rules give them. */
  readonly alerts: readonly string[];
  /** Breaks it; the returned function repairs it. */
  readonly begin: () => Promise<() => Promise<void>>;
}

const misused = (name: Misuse) => (): Promise<() => Promise<void>> => misuse(name);

const stopped =
  (...names: readonly string[]) =>
  async (): Promise<() => Promise<void>> => {
    await stopContainers(...names);
    return () => startContainers(...names);
  };

/** Everything runs, and is treated badly. */
export const MISUSED: readonly Breakage[] = [
  { what: "a container is killed three times", alerts: ["ContainerRestarts"], begin: killedThrice },
  {
    what: "events nobody can read, and events nobody waits for, are published",
    alerts: [
      "BotSuccessBurn1h",
      "ConsumerFailingBot",
      "DeadLetters",
      "ErrorLogs",
      "MessagesUnroutable",
      "ServiceErrors",
    ],
    begin: misused("poison"),
  },
  { what: "Redis is kept full", alerts: ["RedisEvictions"], begin: misused("redis_flood") },
  { what: "two clients deadlock", alerts: ["PostgresDeadlocks"], begin: misused("deadlocks") },
  {
    what: "a service's clock is three days fast, another's slow",
    alerts: ["ClockWrong"],
    begin: misused("wrong_clocks"),
  },
  { what: "two values for one moment are sent", alerts: ["CollectorSendFailures"], begin: misused("two_values") },
  // Whoever calls it is a service whose calls to others fail.
  { what: "Discord is away", alerts: ["DependencyFailures", "PlatformRefusesBot"], begin: discordAway },
];

/** Parts are missing altogether. The backlog comes first, while games can still be created. */
export const STOPPED: readonly Breakage[] = [
  {
    what: "bot and notification are stopped, and 520 games are created",
    alerts: ["DaemonStoppedNotification", "QueueAge", "QueueBacklog", "QueueWithoutConsumer"],
    begin: backlog,
  },
  {
    what: "PostgreSQL is stopped",
    alerts: ["ApiAvailabilityBurn1h", "PostgresDown"],
    begin: stopped("postgres"),
  },
  { what: "Redis is stopped", alerts: ["RedisDown"], begin: stopped("redis") },
];

async function discordAway(): Promise<() => Promise<void>> {
  const repair = await stopped("discord")();
  return async () => {
    await repair();
    // Real Discord keeps the slash commands for ever, the simulated one until it stops; a bot offers them when it starts.
    await stopContainers("bot");
    await startContainers("bot");
  };
}

async function killedThrice(): Promise<() => Promise<void>> {
  for (let time = 0; time < 3; time++) {
    await killContainer("frontend");
    // long enough for the engine to start it again, and for its restarts to be read in between
    await sleep(20_000);
  }
  return async () => undefined;
}

async function backlog(): Promise<() => Promise<void>> {
  const { frontend } = await stackOutputs();
  const repair = await stopped("bot", "notification")();
  const create = async (count: number): Promise<void> => {
    for (let game = 0; game < count; game++) {
      const response = await fetch(`${frontend}/api/games`, {
        method: "POST",
        headers: { "content-type": "application/json" },
        // far ahead, so that no reminder of theirs is ever due
        body: JSON.stringify({ title: `Broken ${game}`, starts_in_seconds: 86_400 }),
        signal: AbortSignal.timeout(10_000),
      });
      await response.arrayBuffer();
      if (response.status !== 201) throw new Error(`Creating a game was answered ${response.status}, expected 201.`);
    }
  };
  await Promise.all([create(130), create(130), create(130), create(130)]);
  return repair;
}
