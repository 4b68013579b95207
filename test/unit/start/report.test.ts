import path from "node:path";
import { describe, expect, test } from "vitest";
import { healthSaid } from "../../../formats/health-said.ts";
import { tellingLine } from "../../../formats/telling-line.ts";
import { loopsIn } from "../../../start/deploy/crash-loop.ts";
import { blamedBy, refusedIn, troubledOf, troubleSentence } from "../../../start/deploy/health.ts";
import { requireRoom, roomOf } from "../../../start/preflight/ground.ts";
import { memoryTable, renderMemory, toMiB } from "../../../start/report/memory.ts";
import { countTests, totalOf } from "../../run/counts.ts";

describe("memory", () => {
  test.each([
    ["12.5MiB", 12.5],
    ["1.5GiB", 1536],
    ["512KiB", 0.5],
    ["0B", 0],
  ])("%s is %d MiB", (text, mib) => {
    expect(toMiB(text)).toBe(mib);
  });

  test("what Podman's engine says of a container counts, though Docker's command cuts the name's first letter", () => {
    const { rows } = memoryTable(
      [{ name: "p-dev-api", memory: 192, ports: [] }],
      "p-dev",
      "-dev-api\t100MiB / 192MiB\n",
    );
    expect(rows).toEqual([{ name: "api", limit: 192, used: 100, telemetry: false }]);
  });

  test("limits, use and telemetry's share add up; a container that does not run has no use", () => {
    const containers = [
      { name: "p-dev-api", memory: 192, ports: [] },
      { name: "p-dev-collector", memory: 320, ports: [] },
      { name: "p-dev-jaeger", memory: 128, ports: [] },
    ];
    const table = memoryTable(
      containers,
      "p-dev",
      "p-dev-api\t100MiB / 192MiB\np-dev-collector\t80MiB / 320MiB\nother\t1GiB / 2GiB\n",
    );
    expect(table).toMatchObject({ limit: 640, used: 180, telemetryLimit: 448, telemetryUsed: 80 });
    expect(renderMemory(table)).toEqual([
      "Memory, MiB                   limit    used",
      "  api                             192     100",
      "  collector                       320      80",
      "  jaeger                          128       -",
      "  all containers                  640     180",
      "  telemetry's share               448      80",
    ]);
  });
});

describe("containers that did not come up", () => {
  test("unhealthy, starting and crashed ones are named; finished one-shots are not", () => {
    const listing = [
      "p-api\trunning\tUp 2 minutes (healthy)",
      "p-bot\trunning\tUp 2 minutes (unhealthy)",
      "p-init\texited\tExited (0) 1 minute ago",
      "p-prometheus\trestarting\tRestarting (1) 3 seconds ago",
    ].join("\n");
    expect(troubleSentence(troubledOf(listing))).toBe(
      'Not every container came up: p-bot (up 2 minutes (unhealthy)), p-prometheus (restarting (1) 3 seconds ago); see why with "docker logs p-bot", mend it and run "npm start" again.',
    );
  });

  test("what only waits for another is not blamed, and the health command is quoted", () => {
    const listing = [
      "p-deployment\tcreated\tCreated",
      "p-site\trunning\tUp About a minute (unhealthy)",
      "p-slow\trunning\tUp 3 seconds (health: starting)",
    ].join("\n");
    expect(
      troubleSentence(troubledOf(listing), 'Its health command says: exec: "curl": executable file not found in $PATH'),
    ).toBe(
      'Not every container came up: p-site (up about a minute (unhealthy)); waiting for it: p-deployment, p-slow. Its health command says: exec: "curl": executable file not found in $PATH; see why with "docker logs p-site", mend it and run "npm start" again.',
    );
    expect(troubleSentence(troubledOf("p-a\tcreated\tCreated"))).toContain("p-a (created); see why");
  });

  test("one that Docker Compose gave up for is blamed though it is well a moment later", () => {
    const blamed = blamedBy(
      "Container p-db Error\ndependency failed to start: container p-db is unhealthy\ncontainer p-init exited (1)\n",
    );
    expect(blamed).toEqual(["p-db", "p-init"]);
    const listing = "p-web\tcreated\tCreated\np-db\trunning\tUp 31 seconds (healthy)";
    expect(troubleSentence(troubledOf(listing, blamed))).toBe(
      'Not every container came up: p-db (was found unhealthy); waiting for it: p-web; see why with "docker logs p-db", mend it and run "npm start" again.',
    );
  });
});

describe("a container that never stays up", () => {
  const now = Date.parse("2026-11-30T19:30:00Z");

  test("is one that was started again and has not run long since", () => {
    const inspected = [
      "/p-loop\t4\tfalse\t2026-11-30T19:29:58.1Z",
      "/p-between\t7\ttrue\t2026-11-30T19:28:00Z",
      "/p-settled\t3\tfalse\t2026-11-30T19:20:00Z", // it waited for its database
      "/p-once\t1\tfalse\t2026-11-30T19:29:58Z",
      "/p-new\t0\tfalse\t2026-11-30T19:29:58Z",
      "",
    ].join("\n");
    expect(loopsIn(inspected, now)).toEqual([
      { name: "p-loop", times: 4 },
      { name: "p-between", times: 7 },
    ]);
  });

  test("is one that Docker could not start at all, though it calls it created", () => {
    const refused = refusedIn(
      '/p-web\t"exec: \\"serve\\": executable file not found in $PATH: unknown"\n/p-deployment\t""\n',
    );
    expect([...refused]).toEqual([["p-web", 'exec: "serve": executable file not found in $PATH: unknown']]);
  });
});

describe("room on the machine", () => {
  const room = { freeDiskGb: 10, memoryMiB: 4000, place: "/var/lib/docker" };

  test("too little disk is said with both figures and the place", () => {
    expect(() => requireRoom({ diskGb: 20, memoryMiB: 100 }, room)).toThrow(
      "About 20 GB of disk are needed and 10.0 GB are free in /var/lib/docker",
    );
  });

  test("too little memory is said with both figures", () => {
    expect(() => requireRoom({ diskGb: 1, memoryMiB: 5000 }, room)).toThrow("5000 MiB");
    expect(() => requireRoom({ diskGb: 1, memoryMiB: 2500 }, room)).not.toThrow();
  });

  test("is the engine's: in a virtual machine its memory is judged, and its disk cannot be", () => {
    const inMachine = roomOf("2097152000 /no/such/folder");
    expect(inMachine).toEqual({ freeDiskGb: undefined, memoryMiB: 2000, place: "/no/such/folder" });
    expect(() => requireRoom({ diskGb: 20, memoryMiB: 2208 }, inMachine)).toThrow(
      "use 2208 MiB of memory together and the engine's machine has 2000 MiB",
    );
    expect(roomOf("1048576 /").freeDiskGb).toBeGreaterThan(0);
    expect(() => requireRoom({ diskGb: 20, memoryMiB: 2208 }, roomOf(""))).not.toThrow();
  });
});

test("what failed is named, and a test file that broke before its first test is one failure", () => {
  const title = { ancestorTitles: ["stores"], title: "answer" };
  const json = JSON.stringify({
    numPassedTests: 2,
    numFailedTests: 1,
    numPendingTests: 2,
    numTodoTests: 1,
    testResults: [
      {
        name: path.resolve("test/a.test.ts"),
        status: "failed",
        assertionResults: [
          { ...title, status: "failed", failureMessages: ["Error: no answer\n    at somewhere"] },
          { ...title, status: "passed", failureMessages: [] },
        ],
      },
      { name: path.resolve("test/b.test.ts"), status: "failed", message: "SyntaxError: x\ny", assertionResults: [] },
      { name: path.resolve("test/c.test.ts"), status: "passed", assertionResults: [{ ...title, status: "passed" }] },
    ],
  });
  const failures = ["test/a.test.ts > stores > answer: Error: no answer", "test/b.test.ts: SyntaxError: x"];
  expect(countTests(json)).toEqual({ passed: 2, failed: 2, skipped: 3, failures });
});

test("a run that failed without a failed test is one failure in the total", () => {
  const run = (passed: number, failed: number, exitCode: number) => ({
    counts: { passed, failed, skipped: 1, failures: failed > 0 ? ["a"] : [] },
    exitCode,
  });
  const total = { passed: 105, failed: 3, skipped: 3, failures: ["a"] };
  expect(totalOf([run(100, 0, 0), run(5, 2, 1), run(0, 0, 124)])).toEqual(total);
});

describe("the line of a log that says why", () => {
  const trace = 'Traceback (most recent call last):\n  File "api.py", line 1\n';

  test.each([
    [
      `${trace}ModuleNotFoundError: No module named 'boto3'\n[1] [ERROR] Reason: Worker failed to boot.\n`,
      "ModuleNotFoundError: No module named 'boto3'",
    ],
    [`${trace}psycopg.OperationalError: no such host\n`, "psycopg.OperationalError: no such host"],
    [
      "Error [ERR_MODULE_NOT_FOUND]: Cannot find package 'pg'\n    at load\nNode.js v24.21.0\n",
      "Error [ERR_MODULE_NOT_FOUND]: Cannot find package 'pg'",
    ],
    ["Caused by: java.net.UnknownHostException: db\n  ... 3 more\n", "Caused by: java.net.UnknownHostException: db"],
  ])("is the error, whatever comes behind it: %j", (log, line) => {
    expect(tellingLine(log)).toBe(line);
  });

  test("is the last one where there is no error, without the dot that a sentence sets itself", () => {
    expect(tellingLine("starting\nno configuration given.\n\n")).toBe("no configuration given");
    expect(tellingLine("\n")).toBe("");
  });

  test("of a health command is its error, else its first", () => {
    expect(
      healthSaid([{ Output: "well" }, { Output: `${trace}urllib.error.HTTPError: HTTP Error 404: NOT FOUND\n` }]),
    ).toBe("urllib.error.HTTPError: HTTP Error 404: NOT FOUND");
    expect(healthSaid([{ Output: "\ncurl: not found.\nsee help\n" }])).toBe("curl: not found");
    expect(healthSaid([{ Output: "" }])).toBeUndefined();
    expect(healthSaid(null)).toBeUndefined();
  });
});
