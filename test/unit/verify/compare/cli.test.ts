import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Telemetry } from "../../../support/fakes/telemetry.ts";
import { runCli } from "../support/cli.ts";
import { closeVendors, honeycomb, newRelic, SECRET } from "../support/vendors.ts";

let dir: string;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), "compare-"));
  const at = new Date(Date.now() - 5 * 60_000);
  const one = { traceId: "0af7651916cd43dd8448eb211c80319c", spanId: "b7ad6b7169203331", name: "work", kind: "server" };
  const sent: Telemetry = {
    spans: [{ ...one, service: "worker", start: at, attributes: {} }],
    logs: [{ service: "worker", at }],
    points: [{ metric: "jobs", service: "worker", at }],
  };
  const young = await honeycomb(sent);
  const query = [(await newRelic(sent)).query, young.query];
  const services = [{ name: "worker" }];
  await writeFile(join(dir, "same.json"), JSON.stringify({ query, services }));
  const less = [query[0], (await honeycomb({ ...sent, logs: [] })).query];
  await writeFile(join(dir, "less.json"), JSON.stringify({ query: less, services }));
});
afterAll(async () => {
  await closeVendors();
  await rm(dir, { recursive: true });
});

const compare = (...args: readonly string[]) => runCli("verify/compare/cli.ts", args, dir);

describe("npm run compare", () => {
  test("exits 0 when the new backend has what the old one has, of exactly the stack's own services", async () => {
    const { code, stdout, stderr } = await compare("new-relic", "honeycomb", "--outputs", "same.json");
    expect(stderr).toBe("");
    expect(code).toBe(0);
    expect(stdout.split("\n").filter((line) => line.startsWith("  worker"))).toEqual([
      "  worker   spans        1          1          100.0 %  equal",
      "  worker   metrics      1          1          100.0 %  equal",
      "  worker   log records  1          1          100.0 %  equal",
    ]);
    expect(stdout.trimEnd().split("\n").at(-1)).toBe("honeycomb has what new-relic has.");
  });

  test("exits 1 when it has less, also as JSON, and prints no key", async () => {
    const { code, stdout, stderr } = await compare("new-relic", "honeycomb", "--outputs", "less.json", "--json");
    expect(code).toBe(1);
    const { holds, rows } = JSON.parse(stdout);
    expect(holds).toBe(false);
    expect(rows[2]).toMatchObject({
      service: "worker",
      signal: "logs",
      verdict: { text: "honeycomb has 1 log records less" },
    });
    expect(stdout + stderr).not.toContain(SECRET);
  });

  test.each([
    [
      ["jaeger", "honeycomb"],
      "Stack dev does not send to jaeger but to new-relic, honeycomb: add it with pulumi config set --path 'extraBackends[0]' jaeger, and deploy.",
    ],
    [
      ["new-relic", "datadog"],
      "datadog cannot be queried; these can: jaeger, lgtm, grafana-cloud, new-relic, honeycomb.",
    ],
    [["new-relic"], "Name two backends, the old one first, such as npm run compare -- jaeger new-relic."],
    [["jaeger", "jaeger"], "jaeger is named twice: name the old backend and the new one."],
    [
      ["jaeger", "lgtm", "--minutes", "0"],
      '--minutes "0" is no whole number from 1 to 1440: write for example --minutes 15.',
    ],
    [
      ["jaeger", "lgtm", "--stack", "../x"],
      '--stack "../x" cannot be part of a container\'s name: use up to 40 lower-case letters, digits and dashes.',
    ],
  ])("exits 2 with one sentence for %j", async (args, sentence) => {
    const { code, stdout, stderr } = await compare(...args, "--outputs", "same.json");
    expect({ code, stdout, stderr }).toEqual({ code: 2, stdout: "", stderr: `${sentence}\n` });
  });

  test("explains itself", async () => {
    const { code, stdout } = await compare("--help");
    expect(code).toBe(0);
    expect(stdout).toContain("Exit code: 0 the new backend has what the old one has");
  });
});
