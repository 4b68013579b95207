import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { Failure } from "../../../cli/failure.ts";
import type { Progress } from "../../../cli/progress.ts";
import { type Ground, judged } from "../../../guard/deploy.ts";
import { WITHOUT_OBJECTIVES } from "../../../guard/ground.ts";
import { NOTHING } from "../../../guard/observation.ts";
import { findingsOf, watchRelease } from "../../../guard/watch.ts";

const engine = vi.hoisted(() => ({ problem: "" }));
vi.mock("../../../guard/look/running.ts", () => ({
  UNSEEN: { containers: [], updates: [] },
  lookAtRunning: async () => {
    if (engine.problem !== "") throw new Error(engine.problem);
    return { containers: [], updates: [] };
  },
}));
vi.mock("../../../guard/look/exports.ts", () => ({ lookAtExports: async () => [] }));

const FIRING = JSON.stringify({
  data: {
    alerts: [{ state: "firing", labels: { alertname: "ContainerRestarts", container_name: "api", severity: "page" } }],
  },
});

/** An application that answers orders with an error, and backends that hold nothing but an alert. */
const failing = createServer((request, response) => {
  const { url: path = "" } = request;
  response.statusCode = path === "/orders" ? 500 : ["/fine", "/api/v1/alerts"].includes(path) ? 200 : 404;
  response.end(path === "/api/v1/alerts" ? FIRING : "{}");
});
let url: string;

beforeAll(async () => {
  await new Promise<void>((resolve) => failing.listen(0, "127.0.0.1", resolve));
  url = `http://127.0.0.1:${(failing.address() as AddressInfo).port}`;
});
afterAll(() => failing.close());

/** Watched at 127.0.0.1, with nothing to hold it against. */
const options = (): Parameters<typeof watchRelease>[0] => ({
  stack: "none",
  deployment: "containers",
  outputs: {
    query: [{ kind: "jaeger", console: url, jaeger: url, prometheus: url, victorialogs: url }],
    system: {
      services: [
        { name: "api", kind: "python", work: "requests", calls: [], injected: true, traced: false, browser: false },
      ],
      sources: [],
    },
    published: { api: url },
    drive: undefined,
    metricsInterval: 15,
    workload: {},
  },
  drive: undefined,
  requests: ["api/orders"],
  canaries: [],
  before: NOTHING,
  rules: WITHOUT_OBJECTIVES,
  watch: 600,
  atMost: 3600,
});

test("what is bad at once does not wait for a proof of telemetry that never comes", async () => {
  const doing: string[] = [];
  const watched = await watchRelease({
    ...options(),
    // nothing else decides: the alert fired before
    before: {
      ...NOTHING,
      seconds: 180,
      alerts: [{ name: "ContainerRestarts", about: "container_name=api", severity: "page" }],
      answers: { "api/orders": { requests: 40, failed: 0, slow: 0 } },
    },
    onLook: (what) => doing.push(what),
  });
  expect(watched.judgement.decision).toBe("bad");
  expect(watched.judgement.findings.map(({ says }) => says).join()).toMatch(
    /^Requests to api\/orders: (\d+) of \1 failed/,
  );
  expect(watched.report).toMatchObject({ complete: false, backends: [] });
  // no proof has ended, so nothing is said to be missing
  expect(doing[0]).toMatch(/^proving that telemetry arrives/);
  expect(doing.join("\n")).not.toMatch(/missing/);
});

test("what did not come up was seen when it was judged, not when the rollback is over", async () => {
  const settings = { deployment: "containers" } as Ground["settings"];
  const ground = { settings, before: NOTHING } as Ground;
  const { watched } = await judged(
    { stack: "none" } as Parameters<typeof judged>[0],
    ground,
    new Failure('Not every container came up: api (exited (1)); see why with "docker logs api".'),
    undefined,
    Date.now(),
    {} as Progress,
  );
  const seen = new Date().toISOString();
  await sleep(20);
  const [finding] = findingsOf(watched);
  expect(finding?.says).toBe("Not every container came up: api (exited (1)).");
  expect((finding?.since ?? "") <= seen).toBe(true);
});

test.each([
  [undefined, true],
  [false, false],
] as const)("an alert that fires decides, but for what runs after a rollback (alerts: %j)", async (alerts, decides) => {
  const { judgement } = await watchRelease({
    ...options(),
    ...(alerts === false && { alerts }),
    requests: ["api/fine"],
    watch: 1,
    atMost: 3,
  });
  const says = judgement.findings.map((finding) => finding.says);
  expect(says.some((each) => each.startsWith("The alert ContainerRestarts (container_name=api) fires"))).toBe(decides);
  expect(judgement.decision === "bad").toBe(decides);
});

test("an engine that does not say what runs leaves a release undecided: it is neither good nor is the watch over", async () => {
  engine.problem = "The engine does not say what runs: no answer.";
  const { judgement } = await watchRelease({
    ...options(),
    alerts: false,
    requests: ["api/fine"],
    watch: 1,
    atMost: 3,
  }).finally(() => {
    engine.problem = "";
  });
  expect(judgement.silent).toContain("The engine does not say what runs: no answer.");
  expect(judgement.decision).not.toBe("good");
});
