import { describe, expect, test } from "vitest";
import type { Rules } from "../../../guard/findings.ts";
import { judge } from "../../../guard/judge.ts";
import type { Loss } from "../../../guard/losses.ts";
import {
  type ContainerLook,
  NOTHING,
  type Observation,
  type Proof,
  type UpdateLook,
} from "../../../guard/observation.ts";
import type { Work } from "../../../verify/query.ts";

const RULES: Rules = { targets: { api: 0.995 }, burn: 14.4, loss: 0.01, collectorChanged: false };
const EARLY = { watch: 45, over: false };
const OVER = { watch: 45, over: true };

const container = (change: Partial<ContainerLook> = {}): ContainerLook => ({
  name: "api",
  id: "new",
  state: "running",
  health: "healthy",
  restarts: 0,
  outOfMemory: false,
  exitCode: 0,
  upSeconds: 60,
  ...change,
});
const proof = (change: Partial<Proof> = {}): Proof => ({
  backend: "Jaeger",
  id: "api/traces",
  label: "api traces",
  required: true,
  found: true,
  detail: "9 spans",
  ...change,
});
const loss = (lost: number, of: number, change: Partial<Loss> = {}): Loss => ({
  stage: "backend",
  signal: "traces",
  service: "",
  to: "jaeger",
  lost,
  of,
  ...change,
});
const update = (state: string, change: Partial<UpdateLook> = {}): UpdateLook => ({
  name: "api",
  state,
  startedAt: "2026-11-29T11:00:00Z",
  message: "",
  ...change,
});
const done = (requests: number, failed = 0, median = 0.02, slow = 0): Work => ({ requests, failed, slow, median });

const WELL: Observation = {
  ...NOTHING,
  seconds: 60,
  containers: [container()],
  proofs: [proof()],
  answers: { "api/": done(200) },
  work: { api: done(180) },
};
const BEFORE: Observation = { ...WELL, losses: [loss(1, 900)], seconds: 180, containers: [container({ id: "old" })] };

const decided = (now: Partial<Observation>, before: Partial<Observation> = {}, clock = OVER, rules = RULES) => {
  const { decision, findings } = judge({ ...WELL, ...now }, { ...BEFORE, ...before }, rules, clock);
  return { decision, says: findings.map(({ says }) => says) };
};

describe("a release that is as well as the one before", () => {
  test("is good once it was watched for long enough, and not before", () => {
    expect(decided({ seconds: 44 }, {}, EARLY).decision).toBe("open");
    expect(decided({ seconds: 45 }, {}, EARLY)).toEqual({ decision: "good", says: [] });
  });

  test("is good without anything to compare with: the first one", () => {
    expect(judge(WELL, NOTHING, RULES, OVER).decision).toBe("good");
  });

  test.each<[string, Partial<Observation>, Partial<Observation>]>([
    ["1 of 3 requests failed", { answers: { "api/": done(3, 1) }, work: {} }, {}],
    ["2 of 3 requests failed", { answers: { "api/": done(3, 2) }, work: {} }, {}],
    ["4 of 200 requests failed", { answers: { "api/": done(200, 4) } }, {}],
    ["7 % failed, which burns 14 times too fast", { work: { api: done(200, 14) } }, {}],
    ["nobody used it", { answers: {}, work: {} }, {}],
    ["far more was done", { work: { api: done(20_000, 30) } }, {}],
    ["as many failed before", { answers: { "api/": done(200, 60) } }, { answers: { "api/": done(200, 55) } }],
    ["it is somewhat slower", { answers: { "api/": done(200, 0, 0.035) } }, {}],
    [
      "it is 3 times as slow, by 10 ms",
      { answers: { "api/": done(200, 0, 0.014) } },
      { answers: { "api/": done(200, 0, 0.004) } },
    ],
    [
      "it was as slow before",
      { answers: { "api/": done(200, 0, 0.9, 190) } },
      { answers: { "api/": done(99, 0, 0.8, 90) } },
    ],
    ["the machine that asks is busy itself", { answers: { "api/": done(200, 0, 0.21) }, lag: 0.02 }, {}],
    ["too few were made to know how slow it is", { answers: { "api/": done(15, 0, 0.4) } }, {}],
    ["it was restarted once and is stable", { containers: [container({ restarts: 1, upSeconds: 26 })] }, {}],
    [
      "its container is the same and was restarted before",
      { containers: [container({ id: "old", restarts: 4 })] },
      { containers: [container({ id: "old", restarts: 4 })] },
    ],
    [
      "another container did not work before",
      { containers: [container({ state: "restarting", restarts: 9 })] },
      { containers: [container({ id: "old", state: "restarting" })] },
    ],
    ["a task ended well", { containers: [container(), container({ name: "migrate", state: "done", health: "" })] }, {}],
    ["it has no health command", { containers: [container({ health: "" })] }, {}],
    [
      "an alert fires that fired before",
      { alerts: [{ name: "A", about: "", severity: "page" }] },
      { alerts: [{ name: "A", about: "", severity: "page" }] },
    ],
    ["an alert fires that is no page", { alerts: [{ name: "A", about: "", severity: "ticket" }] }, {}],
    ["it logs 20 errors", { errorRecords: { api: 20 } }, {}],
    ["it logs as many errors as before", { errorRecords: { api: 100 } }, { errorRecords: { api: 120 } }],
    ["a canary was there before", { canaries: ['span "GET /" of api'] }, { canaries: ['span "GET /" of api'] }],
    [
      "a backend was away, and the collector is the same",
      { exports: [{ exporter: "otlp", reason: "connection refused", forKey: false, count: 9, ago: 2 }] },
      {},
    ],
    [
      "a key was refused before",
      { exports: [{ exporter: "otlp", reason: "401", forKey: true, count: 9, ago: 2 }] },
      { exports: [{ exporter: "otlp", reason: "401", forKey: true, count: 3, ago: 5 }] },
    ],
    [
      "what is missing was missing before",
      { proofs: [proof({ found: false })] },
      { proofs: [proof({ found: false })] },
    ],
    ["what is missing is not required", { proofs: [proof({ id: "db/logs", required: false, found: false })] }, {}],
    ["the plan no longer answers", { proofs: [proof({ found: false, excuse: "unprovable" })] }, {}],
    [
      "a service that is new has no occasion",
      { proofs: [proof(), proof({ id: "new/logs", found: false, excuse: "idle" })] },
      {},
    ],
    ["19 items were lost, which is few", { losses: [loss(19, 40)] }, {}],
    ["1 % was lost, as is allowed", { losses: [loss(100, 10_000)] }, {}],
    ["somewhat more was lost, which may be chance", { losses: [loss(22, 2000)] }, {}],
    ["as much was lost before", { losses: [loss(900, 1000)] }, { losses: [loss(800, 900)] }],
    ["an update is over", { updates: [update("completed")] }, {}],
    [
      "an update was taken back before it",
      { updates: [update("rollback_completed")] },
      { updates: [update("rollback_completed")] },
    ],
    ["the drive failed before, too", { driveFailure: "no" }, { driveFailure: "no" }],
  ])("is good although %s", (_, now, before) => {
    expect(decided(now, before)).toEqual({ decision: "good", says: [] });
  });
});

describe("a bad release is seen at once", () => {
  test.each<[string, Partial<Observation>, string]>([
    ["was not deployed", { deployFailure: "No such image." }, "No such image."],
    [
      "is restarted again and again",
      { containers: [container({ restarts: 2, exitCode: 3 })] },
      "api ended by itself (exit code 3) and was restarted 2 times.",
    ],
    [
      "takes too much memory",
      { containers: [container({ restarts: 1, outOfMemory: true })] },
      "api was ended since it took more memory than its limit, and restarted 1 time.",
    ],
    [
      "fails",
      { answers: { "api/": done(200, 50) } },
      "Requests to api/: 50 of 200 failed (25.0 %, 50 times what its objective of 99.5 % allows); before: 0 of 200.",
    ],
    [
      "fails, as the backend counted",
      { work: { api: done(100, 20) } },
      "Work of api: 20 of 100 failed (20.0 %, 40 times what its objective of 99.5 % allows); before: 0 of 180.",
    ],
    [
      "is not answered as it should",
      { driveFailure: "Driving the app failed at login." },
      "Driving the app failed at login.",
    ],
    ["logs errors all the time", { errorRecords: { api: 300 } }, "api logged 300 errors in 20 s; before: 0 in 180 s."],
    [
      "makes an alert fire",
      { alerts: [{ name: "QueueWithoutConsumer", about: "queue=a", severity: "page" }] },
      "The alert QueueWithoutConsumer (queue=a) fires, which did not before.",
    ],
    [
      "has a wrong key",
      { exports: [{ exporter: "honeycomb", reason: "status 401", forKey: true, count: 7, ago: 1 }] },
      "honeycomb refuses its key (7 times: status 401).",
    ],
    [
      "was taken back by the swarm",
      { updates: [update("rollback_completed", { message: "rollback completed" })] },
      "api: Swarm took its update back (rollback completed).",
    ],
    ["stands half updated", { updates: [update("paused")] }, "api: Swarm paused its update."],
    [
      "leaks a canary",
      { canaries: ["log record of api"] },
      "A canary, which must never arrive, is in a log record of api.",
    ],
  ])("that %s", (_, now, says) => {
    expect(decided({ ...now, seconds: 20 }, {}, EARLY)).toEqual({ decision: "bad", says: [says] });
  });
});

test("of what the swarm takes back, that is said first, not what a task waits for meanwhile", () => {
  const why = "no suitable node (host-mode port already in use on 1 node)";
  const now = {
    containers: [container({ state: "pending", health: "", exitCode: 1, why })],
    updates: [update("rollback_started", { message: "update rolled back due to failure" })],
  };
  expect(decided(now)).toEqual({
    decision: "bad",
    says: [
      "api: Swarm took its update back (update rolled back due to failure).",
      `api is pending (exit code 1): ${why}.`,
    ],
  });
});

describe("a bad release is seen when the time is up", () => {
  const changed = { ...RULES, collectorChanged: true };
  test.each<[string, Partial<Observation>, string, Rules]>([
    [
      "does not run",
      { containers: [container({ state: "exited", exitCode: 1 })] },
      "api is exited (exit code 1).",
      RULES,
    ],
    [
      "has not been healthy yet",
      { containers: [container({ health: "starting" })] },
      "api has not been healthy yet.",
      RULES,
    ],
    [
      "lost its workers for their memory",
      { containers: [container({ health: "unhealthy", outOfMemory: true })] },
      "api is not healthy: processes of it were ended since it took more memory than its limit.",
      RULES,
    ],
    [
      "is not healthy",
      { containers: [container({ health: "unhealthy" })] },
      "api is unhealthy, as its health command says.",
      RULES,
    ],
    [
      "has just been restarted",
      { containers: [container({ restarts: 1, upSeconds: 4 })] },
      "api ended by itself and runs again for 4 s only.",
      RULES,
    ],
    [
      "finds no node, in a swarm",
      {
        containers: [container({ state: "pending", why: "no suitable node (scheduling constraints not satisfied)." })],
      },
      "api is pending: no suitable node (scheduling constraints not satisfied).",
      RULES,
    ],
    ["is still being updated", { updates: [update("updating")] }, "api: its update is still under way.", RULES],
    [
      "loses what its SDK makes",
      { losses: [loss(300, 400, { stage: "sdk", service: "api", to: "" })] },
      "api, traces: 300 of 400 that the SDK made did not come to the collector (75.0 %); before: not known.",
      RULES,
    ],
    [
      "sends more than the collector takes",
      { losses: [loss(100, 1000, { stage: "intake", signal: "logs", to: "" })] },
      "All services together, logs: 100 of 1000 that were sent to the collector were refused by it (10.0 %); before: not known.",
      RULES,
    ],
    [
      "sends what a backend refuses",
      { losses: [loss(30, 1000)] },
      "All services together, traces: 30 of 1000 were refused by jaeger for good (3.0 %); before: 1 of 900.",
      RULES,
    ],
    [
      "loses in the collector what nobody counts",
      { losses: [loss(50, 1000, { stage: "collector" })] },
      "All services together, traces: 50 of 1000 for jaeger came into the collector and are nowhere (5.0 %); before: not known.",
      RULES,
    ],
    [
      "has too small a queue",
      { losses: [loss(50, 1000, { stage: "queue", signal: "metrics" })] },
      "All services together, metrics: 50 of 1000 for jaeger did not fit into the collector's queue or memory (5.0 %); before: not known.",
      RULES,
    ],
    [
      "sends what a backend takes and does not store",
      { losses: [loss(50, 1000, { stage: "store", service: "api", signal: "logs", to: "Jaeger" })] },
      "api, logs: 50 of 1000 that were given to Jaeger are not stored there (5.0 %); before: not known.",
      RULES,
    ],
    [
      "is slow, of few requests",
      { answers: { "api/": done(24, 0, 0.21) } },
      "Requests to api/: half of 24 took 210 ms or longer; before: 20 ms.",
      RULES,
    ],
    [
      "is slow",
      { answers: { "api/": done(60, 0, 0.21) } },
      "Requests to api/: half of 60 took 210 ms or longer; before: 20 ms.",
      RULES,
    ],
    [
      "is slower than any objective allows",
      { answers: { "api/": done(60, 0, 0.9, 58) } },
      "Requests to api/: 58 of 60 took longer than 500 ms; before: 0 of 200.",
      RULES,
    ],
    [
      "lost a signal",
      { proofs: [proof({ found: false, detail: "no span of it arrived" })] },
      "api traces is missing on Jaeger, where the last good release sent it: no span of it arrived.",
      RULES,
    ],
    [
      "has no occasion for what it sent before",
      { proofs: [proof({ found: false, excuse: "idle", detail: "none" })] },
      "api traces is missing on Jaeger, where the last good release sent it: none.",
      RULES,
    ],
    [
      "brings a service that sends nothing",
      { proofs: [proof(), proof({ id: "new/traces", label: "new traces", found: false, detail: "none" })] },
      "new traces is missing on Jaeger: none.",
      RULES,
    ],
    [
      "sends to a wrong address",
      { exports: [{ exporter: "otlp", reason: "no such host", forKey: false, count: 4, ago: 3 }] },
      "otlp does not take what the collector sends (4 times: no such host).",
      changed,
    ],
  ])("that %s", (_, now, says, rules) => {
    expect(decided(now, {}, { watch: 45, over: false }, rules).decision).toBe("open");
    expect(decided(now, {}, OVER, rules)).toEqual({ decision: "bad", says: [says] });
  });

  test("names the cause, not what waits for it", () => {
    const waiting = container({ name: "deployment", state: "created" });
    expect(decided({ containers: [waiting, container({ state: "restarting", exitCode: 1 })] }).says).toEqual([
      "api is restarting (exit code 1).",
    ]);
  });

  test("names what is missing, not the criterion that sums it up", () => {
    const missing = { found: false, detail: "none" };
    const all = [proof(missing), proof({ ...missing, id: "criterion/request", label: "one trace" })];
    expect(decided({ proofs: all }, { proofs: all.map((one) => ({ ...one, found: true })) }).says).toHaveLength(1);
  });
});

describe("a backend that cannot be asked", () => {
  const AWAY = {
    silent: ["Jaeger cannot be asked: no answer."],
    silentBackends: ["Jaeger"],
    proofs: [proof({ found: false })],
  };

  test("makes a release undecided, never bad", () => {
    expect(decided(AWAY, {}, EARLY).decision).toBe("open");
    expect(decided(AWAY)).toEqual({ decision: "undecided", says: [] });
    expect(judge({ ...WELL, ...AWAY }, BEFORE, RULES, OVER).silent).toEqual(AWAY.silent);
  });

  test("hides no crash", () => {
    expect(decided({ ...AWAY, containers: [container({ restarts: 5 })] }, {}, EARLY).decision).toBe("bad");
  });

  test("hides nothing that is missing on another one", () => {
    const other = proof({ backend: "New Relic", found: false, detail: "none" });
    const had = [proof(), proof({ backend: "New Relic" })];
    expect(decided({ ...AWAY, proofs: [...AWAY.proofs, other] }, { proofs: had }).decision).toBe("bad");
  });

  test("is waited for until it answers", () => {
    expect(decided({ seconds: 70 }, {}, EARLY).decision).toBe("good");
  });
});
