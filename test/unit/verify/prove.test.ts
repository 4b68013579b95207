import { afterEach, describe, expect, test } from "vitest";
import example from "../../../example/drive.ts";
import type { StackOutputs } from "../../../verify/outputs.ts";
import { prove } from "../../../verify/prove.ts";
import { exampleSystem } from "./support/example-stack.ts";
import { type Fault, fakeApp } from "./support/fake-app.ts";
import { fakeJaegerBackend, type Held } from "./support/fake-backend.ts";
import { empty, recorded, since } from "./support/recordings.ts";

const open: { close(): Promise<void> }[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((server) => server.close()));
});

async function stack(held: Held, fault?: Fault): Promise<StackOutputs> {
  const app = await fakeApp(fault);
  const backend = await fakeJaegerBackend(held);
  open.push(app, backend);
  const published = { frontend: app.url, discord: app.url };
  const metricsInterval = 15;
  return {
    query: [backend.query],
    system: exampleSystem,
    published,
    drive: "example/drive.ts",
    metricsInterval,
    workload: {},
  };
}

describe("proving a stack", () => {
  test("uses the app and asks the backend at the same time", async () => {
    const order: string[] = [];
    const report = await prove(await stack(recorded), example, {
      since,
      onStep: ({ did }) => order.push(did),
      onFound: (_, { id }) => order.push(id),
    });
    expect(report.complete).toBe(true);
    expect(order.indexOf("api/traces")).toBeLessThan(order.indexOf("the due reminder was delivered"));
  });

  test("fails with the app's sentence at once, without waiting for telemetry", async () => {
    const begun = Date.now();
    await expect(prove(await stack(empty, "refuses games"), example, { timeoutSeconds: 600 })).rejects.toThrow(
      /^Driving the app failed at creating a game: /,
    );
    expect(Date.now() - begun).toBeLessThan(10_000);
  });

  test("ends when it is asked to", async () => {
    const signal = AbortSignal.timeout(100);
    await expect(prove(await stack(empty, "bot away"), example, { signal, timeoutSeconds: 600 })).rejects.toThrow(
      /abort|timeout/i,
    );
  });
});
