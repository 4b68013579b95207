import { setTimeout as sleep } from "node:timers/promises";
import { beforeAll, describe, expect, test } from "vitest";
import { querierFor } from "../../verify/queriers/index.ts";
import { type Count, countTraces } from "../support/counts.ts";
import { type ContainerFacts, containers, killContainer } from "./support/docker.ts";
import { npmVerify, stackOutputs } from "./support/stack.ts";
import { sendRequests } from "./support/traffic.ts";

describe("a collector killed with SIGKILL under traffic", () => {
  let before: readonly ContainerFacts[];
  let after: readonly ContainerFacts[];
  let afterwards: Count;

  beforeAll(async () => {
    const { frontend, query } = await stackOutputs();
    const [backend] = query;
    if (backend === undefined) throw new Error("The stack has no backend to ask.");
    before = await containers();
    const around = sendRequests(frontend, 60, 100);
    await sleep(2000);
    await killContainer("collector");
    const sentAround = await around;
    await sleep(2000);
    const sentAfter = await sendRequests(frontend, 50, 50);
    const querier = querierFor(backend);
    const deadline = Date.now() + 240_000;
    do {
      await sleep(1000);
      afterwards = await countTraces(querier, "api", sentAfter.traceIds);
    } while (afterwards.lost.length > 0 && Date.now() < deadline);
    const during = await countTraces(querier, "api", sentAround.traceIds);
    console.log(
      `sent around the kill: ${during.stored} of ${during.expected} stored; afterwards: ${afterwards.stored} of ${afterwards.expected}`,
    );
    after = await containers();
  });

  test("comes back, and no container is replaced or stopped", () => {
    expect(after.map(({ id, running }) => ({ id, running }))).toEqual(before.map(({ id }) => ({ id, running: true })));
  });

  test("loses nothing of what is sent afterwards", () => {
    expect(afterwards.lost).toEqual([]);
    expect(afterwards.stored).toBe(50);
  });

  test("has a complete matrix again", async () => {
    const { outcome, report } = await npmVerify("--drive", "--timeout", "240");
    expect(report.backends.flatMap(({ missing }) => missing)).toEqual([]);
    expect(outcome.code).toBe(0);
  });
});
