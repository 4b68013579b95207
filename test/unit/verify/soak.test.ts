import { afterEach, describe, expect, test } from "vitest";
import { alertSource } from "../../../verify/alerts.ts";
import type { Drive } from "../../../verify/drive.ts";
import { renderSoak, type SoakOptions, soak } from "../../../verify/soak/soak.ts";
import { type FakeServer, type Reply, serve } from "./support/server.ts";

const open: FakeServer[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((server) => server.close()));
});

const alert = (alertname: string, state: string, labels: Readonly<Record<string, string>> = {}) => ({
  state,
  labels: { alertname, severity: "page", rule: alertname, environment: "test", ...labels },
});

/** A backend whose rules say this, one list after the other, the last one from then on. */
async function rules(...answers: readonly (readonly unknown[])[]): Promise<FakeServer> {
  let asked = 0;
  const server = await serve((_, url): Reply | undefined => {
    const alerts = url.pathname === "/api/v1/alerts" ? answers[Math.min(asked++, answers.length - 1)] : [];
    return alerts && { status: 200, body: { status: "success", data: { alerts } } };
  });
  open.push(server);
  return server;
}

const drive: Drive = {
  seconds: 1,
  edges: [],
  use: async () => undefined,
  light: (app, turn) => app.attempt("GET", app.url("web", turn % 2 === 0 ? "/well" : "/broken")),
};

async function run(backend: FakeServer, given: Partial<SoakOptions> = {}) {
  const app = await serve((_, { pathname }) => ({ status: pathname === "/well" ? 200 : 503, body: {} }));
  open.push(app);
  const source = { kind: "jaeger", jaeger: backend.url, prometheus: backend.url, victorialogs: backend.url } as const;
  const timing = { minutes: 1 / 60, requestMs: 50, askMs: 100 };
  return soak({ source, drive, published: { web: app.url }, ...timing, ...given });
}

describe("a soak", () => {
  test("is quiet when nothing fires, ends by itself, and counts what was asked and answered", async () => {
    const begun = Date.now();
    const report = await run(await rules([alert("Heartbeat", "firing", { severity: "heartbeat" })]));
    expect(Date.now() - begun).toBeLessThan(5000);
    expect(report).toMatchObject({ quiet: true, alerts: [] });
    expect(report.requests).toBeGreaterThan(1);
    expect(report.failed).toBe(Math.floor(report.requests / 2));
    expect(report.answered).toBe(report.asked);
    expect(renderSoak(report).split("\n").at(-1)).toBe("Quiet: nothing fired.");
  });

  test("lists what was pending, which is no failure", async () => {
    const report = await run(await rules([alert("QueueAge", "pending", { queue: "scans" })], []));
    expect(report.quiet).toBe(true);
    expect(report.alerts).toEqual([{ name: "QueueAge", about: "queue=scans", state: "pending", from: 0, to: 0 }]);
    expect(renderSoak(report)).toContain("  PENDING  QueueAge (queue=scans), from 0 s to 0 s");
  });

  test("fails for an alert that fired once, even if it had cleared at the end", async () => {
    const report = await run(await rules([alert("RedisDown", "pending")], [alert("RedisDown", "firing")], []));
    expect(report.quiet).toBe(false);
    expect(report.alerts).toEqual([expect.objectContaining({ name: "RedisDown", state: "firing" })]);
    expect(renderSoak(report).split("\n").at(-1)).toBe("NOT QUIET.");
  });

  test("is not quiet when the rules cannot be asked: silence is no proof", async () => {
    const gone = await rules([]);
    await gone.close();
    const report = await run(gone);
    expect(report).toMatchObject({ quiet: false, answered: 0 });
    expect(renderSoak(report)).toContain("  not answered: ");
  });

  test("watches alone where the stack does not say how it is used", async () => {
    expect(await run(await rules([]), { drive: undefined })).toMatchObject({ quiet: true, requests: 0 });
  });

  test("ends early when it is asked to", async () => {
    await expect(run(await rules([]), { minutes: 5, signal: AbortSignal.timeout(100) })).rejects.toThrow(
      /abort|timeout/i,
    );
  });

  test("needs a backend whose rules run on this machine", () => {
    expect(() => alertSource([])).toThrow(/add the local backend, extraBackends: \[jaeger\]/);
  });
});
