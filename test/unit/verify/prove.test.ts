import { afterEach, describe, expect, it } from "vitest";
import type { StackOutputs } from "../../../verify/outputs.ts";
import { prove } from "../../../verify/prove.ts";
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
  return { query: [backend.query], frontend: app.url, simulator: app.url, nginxTraces: false, services: undefined };
}

describe("proving a stack", () => {
  it("uses the app and asks the backend at the same time", async () => {
    const order: string[] = [];
    const report = await prove(await stack(recorded), {
      since,
      onStep: ({ did }) => order.push(did),
      onFound: (_, { id }) => order.push(id),
    });
    expect(report.complete).toBe(true);
    expect(order.indexOf("api/traces")).toBeLessThan(order.indexOf("the due reminder was delivered"));
  });

  it("fails with the app's sentence at once, without waiting for telemetry", async () => {
    const begun = Date.now();
    await expect(prove(await stack(empty, "refuses games"), { timeoutSeconds: 600 })).rejects.toThrow(
      /^Driving the app failed at creating a game: /,
    );
    expect(Date.now() - begun).toBeLessThan(10_000);
  });

  it("needs the example application", async () => {
    const outputs = { query: [], nginxTraces: false, services: undefined };
    await expect(prove(outputs)).rejects.toThrow(
      "Using the app needs the example application, but the stack has no output frontend or simulator.",
    );
  });

  it("ends when it is told to", async () => {
    const signal = AbortSignal.timeout(100);
    await expect(prove(await stack(empty, "bot away"), { signal, timeoutSeconds: 600 })).rejects.toThrow(
      /abort|timeout/i,
    );
  });
});
