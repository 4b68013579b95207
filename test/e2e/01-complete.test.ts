import { loadavg } from "node:os";
import { beforeAll, describe, expect, test } from "vitest";
import { querierFor } from "../../verify/queriers/index.ts";
import type { VerifyReport } from "../../verify/report-types.ts";
import { containers, rememberComposed } from "./support/docker.ts";
import { npmStart, npmVerify, stackChecks, stackOutputs } from "./support/stack.ts";

describe("a started stack", () => {
  let code: number;
  let report: VerifyReport;
  beforeAll(async () => {
    const verified = await npmVerify("--drive", "--timeout", "240");
    code = verified.outcome.code;
    report = verified.report;
  });

  test("has proven every required service x signal, edge and source, and exits 0", () => {
    expect(report.backends.flatMap(({ missing }) => missing)).toEqual([]);
    expect(report.complete).toBe(true);
    expect(code).toBe(0);
  });

  test("was asked for every service, call and source of the configuration", async () => {
    const ids = (await stackChecks()).map(({ id }) => id);
    // signals of services and logs of other containers, calls, sources, criteria
    expect(ids).toHaveLength(18 + 19 + 8 + 16);
    for (const backend of report.backends) expect(backend.results.map(({ id }) => id)).toEqual(ids);
  });

  test("shows the first trace of each service within 30 s", () => {
    for (const { firstTraceSeconds } of report.backends) {
      console.log("seconds to the first trace:", firstTraceSeconds);
      for (const service of ["api", "bot", "notification", "status"]) {
        expect(firstTraceSeconds[service], service).toBeLessThanOrEqual(30);
      }
    }
  });

  test("leads from a log record to its trace", async () => {
    const { query } = await stackOutputs();
    for (const backend of query) {
      const querier = querierFor(backend);
      const records = await querier.logs({ service: "api", since: new Date(report.since), limit: 10 });
      const traceId = records.find((record) => record.traceId !== undefined)?.traceId ?? "";
      expect(traceId).toMatch(/^[0-9a-f]{32}$/);
      expect((await querier.trace(traceId)).map(({ service }) => service)).toContain("api");
    }
  });
});

describe("a second npm start with nothing changed", () => {
  test("keeps every container and proves the matrix again", async () => {
    const before = await containers();
    const again = await npmStart();
    const after = await containers();
    expect(again.code, again.all).toBe(0);
    expect(after.map(({ name, id }) => ({ name, id }))).toEqual(before.map(({ name, id }) => ({ name, id })));
    await rememberComposed(after);
    // Printed, not asserted: a wall time says as much about the machine as about us.
    console.log(`second npm start: ${again.seconds.toFixed(1)} s, load ${loadavg()[0]?.toFixed(1)}`);
  });
});
