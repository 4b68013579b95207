/** What of an observed release is bad, one rule a function. Pure. */
import { LEAST_FAILED } from "../dashboards/model/objective.ts";
import type { Work } from "../verify/query.ts";
import { idOf, sentenceOf } from "./losses.ts";
import type { ContainerLook, Observation, Proof } from "./observation.ts";
import { interval } from "./shares.ts";

/** Something that is bad about a release. */
export interface Finding {
  /** The same for the same trouble, look after look. */
  readonly id: string;
  /** One sentence with its numbers. */
  readonly says: string;
  /** No further look can mend it. Otherwise it counts when the time is up. */
  readonly sure: boolean;
}

/** What a release is held against. */
export interface Rules {
  /** Share of good answers that a service promises, between 0 and 1, by its name. Default: 0.99. */
  readonly targets: Readonly<Record<string, number>>;
  /** How many times too fast an error budget may burn: that of the first page. */
  readonly burn: number;
  /** Share of a stage's items that may be lost, between 0 and 1. */
  readonly loss: number;
  /** Whether the collector's configuration or image is another one than in the last good release. */
  readonly collectorChanged: boolean;
}

type Find = (now: Observation, before: Observation, rules: Rules) => readonly Finding[];

/** Every finding of an observation. `before`: the same numbers from just before the release, and what the last good release proved. */
export const findings: Find = (now, before, rules) => RULES.flatMap((find) => find(now, before, rules));

const DEFAULT_TARGET = 0.99;
/** Share of requests that are answered within half a second. */
const FAST_TARGET = 0.95;
/** No share of failures above it is called good, whatever the target is. */
const MOST_FAILED = 0.5;
const LEAST_MEASURED = 20;
/** A median that is so many times as long, and longer by so many seconds, is slow. */
const SLOW_FACTOR = 3;
const SLOW_SECONDS = 0.05;
/** A request waits about so often for a processor: client, proxy, service, and what it asks. */
const WAITS = 10;
/** A container that was started again is stable after so many seconds. */
const STABLE_SECONDS = 25;
const LEAST_ERROR_RECORDS = 30;
const FLOOD_FACTOR = 10;
/** Fewer items lost are never called a trouble. */
const LEAST_LOST = 20;
/** An export that failed and was taken since is over. */
const LASTING_SECONDS = 20;

const percent = (share: number): string => `${(share * 100).toFixed(1)} %`;
const milliseconds = (seconds: number): string => `${Math.round(seconds * 1000)} ms`;

const deployment: Find = ({ deployFailure }) =>
  deployFailure === undefined ? [] : [{ id: "deployment", says: deployFailure, sure: true }];

const containers: Find = (now, before) => {
  const troubles = now.containers.flatMap((look) => {
    const was = before.containers.find(({ name }) => name === look.name);
    return was !== undefined && isTroubled(was) ? [] : troubleOf(look, was?.id === look.id ? was.restarts : 0);
  });
  // what was never started waits for what does not work
  const causes = troubles.filter(({ state }) => state !== "created");
  return (causes.length > 0 ? causes : troubles).map(({ finding }) => finding);
};

function troubleOf(look: ContainerLook, restartsBefore: number): readonly { finding: Finding; state: string }[] {
  const { name, state, health, exitCode, why } = look;
  const restarts = look.restarts - restartsBefore;
  const of = (what: string, says: string, sure: boolean) => [
    { finding: { id: `container ${name} ${what}`, says: `${name} ${says}.`, sure }, state },
  ];
  // of one that runs again it is not known
  const withCode = exitCode === 0 ? "" : ` (exit code ${exitCode})`;
  const times = `${restarts} ${restarts === 1 ? "time" : "times"}`;
  if (look.outOfMemory && (restarts > 0 || state !== "running"))
    return of("memory", `was ended since it took more memory than its limit, and restarted ${times}`, true);
  if (restarts >= 2) return of("restarts", `ended by itself${withCode} and was restarted ${times}`, true);
  const because = why === undefined ? "" : `: ${why.replace(/\.$/, "")}`;
  if (state !== "running" && state !== "done") return of("state", `is ${state}${withCode}${because}`, false);
  if (restarts === 1 && look.upSeconds < STABLE_SECONDS)
    return of("restarts", `ended by itself and runs again for ${Math.round(look.upSeconds)} s only`, false);
  if (look.outOfMemory && health === "unhealthy")
    return of("memory", "is not healthy: processes of it were ended since it took more memory than its limit", false);
  if (health !== "" && health !== "healthy" && state === "running")
    return of(
      "health",
      health === "starting" ? "has not been healthy yet" : `is ${health}, as its health command says`,
      false,
    );
  return [];
}

/** An update that Swarm took back is over, and what runs is not what was deployed. */
const updates: Find = (now, before) =>
  now.updates
    .filter(({ name, startedAt }) => !before.updates.some((was) => was.name === name && was.startedAt === startedAt))
    .flatMap(({ name, state, message }) => {
      const of = (says: string, sure: boolean) => [{ id: `update ${name}`, says: `${name}: ${says}.`, sure }];
      const because = message === "" ? "" : ` (${message})`;
      if (state.startsWith("rollback")) return of(`Swarm took its update back${because}`, true);
      if (state === "paused") return of(`Swarm paused its update${because}`, true);
      return state === "updating" ? of("its update is still under way", false) : [];
    });

const isTroubled = ({ state, health }: ContainerLook): boolean =>
  (state !== "running" && state !== "done") || health === "unhealthy";

/** The share of failures, certain to be above what burns the budget so fast, and above what it was before. */
function tooMany(some: number, all: number, target: number, burn: number, was: readonly [number, number]): boolean {
  const limit = Math.min(MOST_FAILED, burn * (1 - target));
  const usual = was[1] >= 10 ? interval(...was).upper : 0;
  return some >= LEAST_FAILED && interval(some, all).lower > Math.max(limit, usual);
}

const work =
  (what: "work" | "answers", of: (name: string) => string): Find =>
  (now, before, { targets, burn }) =>
    Object.entries(now[what]).flatMap(([name, is]) => {
      const was = before[what][name] ?? { requests: 0, failed: 0, slow: 0 };
      // an address begins with its service
      const target = targets[name.split("/")[0] ?? ""] ?? DEFAULT_TARGET;
      const wrong: Finding[] = [];
      const add = (kind: string, says: string, sure = true): void => {
        wrong.push({ id: `${what} ${name} ${kind}`, says, sure });
      };
      if (tooMany(is.failed, is.requests, target, burn, [was.failed, was.requests])) {
        const rate = is.failed / is.requests / (1 - target);
        add(
          "errors",
          `${of(name)}: ${is.failed} of ${is.requests} failed (${percent(is.failed / is.requests)}, ${rate.toFixed(0)} times what its objective of ${percent(target)} allows); before: ${said(was)}.`,
        );
      }
      // what has just started is slow, and a machine is for a while: it counts if it is so at the end
      if (tooMany(is.slow, is.requests, FAST_TARGET, burn, [was.slow, was.requests])) {
        add(
          "slow",
          `${of(name)}: ${is.slow} of ${is.requests} took longer than 500 ms; before: ${was.slow} of ${was.requests}.`,
          false,
        );
      } else if (isSlower(is, was, now.lag)) {
        add(
          "latency",
          `${of(name)}: half of ${is.requests} took ${milliseconds(is.median ?? 0)} or longer; before: ${milliseconds(was.median ?? 0)}.`,
          false,
        );
      }
      return wrong;
    });

const said = ({ requests, failed }: Work): string => (requests === 0 ? "none was made" : `${failed} of ${requests}`);

const isSlower = (is: Work, was: Work, lag: number): boolean =>
  is.median !== undefined &&
  was.median !== undefined &&
  is.requests >= LEAST_MEASURED &&
  was.requests >= LEAST_MEASURED &&
  is.median > Math.max(SLOW_FACTOR * was.median, was.median + SLOW_SECONDS) + WAITS * lag;

const drive: Find = ({ driveFailure }, before) =>
  driveFailure === undefined || before.driveFailure !== undefined
    ? []
    : [{ id: "drive", says: driveFailure, sure: true }];

/** What the last good release proved must be proven again; of what it did not have, whatever is required. */
const telemetry: Find = (now, before) => {
  const keyOf = ({ backend, id }: Proof): string => `${backend} ${id}`;
  const known = new Map(before.proofs.map((proof) => [keyOf(proof), proof]));
  const missing = now.proofs.filter((proof) => {
    if (proof.found || !proof.required || now.silentBackends.includes(proof.backend)) return false;
    const was = known.get(keyOf(proof));
    return was === undefined ? proof.excuse === undefined : was.found && proof.excuse !== "unprovable";
  });
  // a criterion sums up what is missing already
  const told = missing.filter(({ id }) => !id.startsWith("criterion/"));
  return (told.length > 0 ? told : missing).map((proof) => ({
    id: `telemetry ${keyOf(proof)}`,
    says: `${proof.label} is missing on ${proof.backend}${known.has(keyOf(proof)) ? ", where the last good release sent it" : ""}: ${proof.detail}.`,
    sure: false,
  }));
};

const errorRecords: Find = (now, before) =>
  Object.entries(now.errorRecords).flatMap(([service, count]) => {
    const was = before.errorRecords[service] ?? 0;
    const usual = before.seconds > 0 ? (was / before.seconds) * now.seconds : 0;
    if (count < LEAST_ERROR_RECORDS || count <= FLOOD_FACTOR * usual) return [];
    return [
      {
        id: `errors logged ${service}`,
        says: `${service} logged ${count} errors in ${Math.round(now.seconds)} s; before: ${was} in ${Math.round(before.seconds)} s.`,
        sure: true,
      },
    ];
  });

const alerts: Find = (now, before) =>
  now.alerts
    .filter(
      ({ name, about, severity }) =>
        severity === "page" && !before.alerts.some((was) => was.name === name && was.about === about),
    )
    .map(({ name, about }) => ({
      id: `alert ${name} ${about}`,
      says: `The alert ${name}${about === "" ? "" : ` (${about})`} fires, which did not before.`,
      sure: true,
    }));

/** A refused key is the release's; a backend that is away may be so by itself, unless it is the collector that changed. */
const exports: Find = (now, before, { collectorChanged }) =>
  now.exports
    .filter(({ exporter, forKey }) => !before.exports.some((was) => was.exporter === exporter && was.forKey === forKey))
    .flatMap(({ exporter, reason, forKey, count, ago }) => {
      if (!forKey && (!collectorChanged || ago > LASTING_SECONDS)) return [];
      const why = forKey ? "refuses its key" : "does not take what the collector sends";
      return [{ id: `export ${exporter}`, says: `${exporter} ${why} (${count} times: ${reason}).`, sure: forKey }];
    });

/** A share falls again while more comes, so it counts at the end. */
const losses: Find = (now, before, { loss }) =>
  now.losses.flatMap((is) => {
    const id = idOf(is);
    const was = before.losses.find((other) => idOf(other) === id);
    const usual = was === undefined || was.of < LEAST_MEASURED ? 0 : interval(was.lost, was.of).upper;
    const isLoss = is.lost >= LEAST_LOST && interval(is.lost, is.of).lower > Math.max(loss, usual);
    return isLoss ? [{ id, says: sentenceOf(is, was), sure: false }] : [];
  });

/** A value that is known to be private. One that was there before the release is not its fault. */
const canaries: Find = (now, before) =>
  now.canaries
    .filter((place) => !before.canaries.includes(place))
    .map((place) => ({
      id: `canary ${place}`,
      says: `A canary, which must never arrive, is in a ${place}.`,
      sure: true,
    }));

/** What is certain comes first: while Swarm takes an update back, a task waits for the port of the one before it. */
const running: Find = (...looked) =>
  [...containers(...looked), ...updates(...looked)].toSorted((a, b) => Number(b.sure) - Number(a.sure));

const RULES: readonly Find[] = [
  canaries,
  running,
  deployment,
  exports,
  work("answers", (name) => `Requests to ${name}`),
  work("work", (name) => `Work of ${name}`),
  drive,
  errorRecords,
  alerts,
  losses,
  telemetry,
];
