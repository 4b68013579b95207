import { afterEach, describe, expect, test } from "vitest";
import type { BackendQuery } from "../../../vendors/query.ts";
import { runVerify } from "../../../verify/run.ts";
import type { Telemetry } from "../../support/fakes/telemetry.ts";
import { exampleRun, without } from "./support/example-run.ts";
import { exampleStack } from "./support/example-stack.ts";
import { empty, recorded, since } from "./support/recordings.ts";
import { closeVendors, grafanaCloud, honeycomb, newRelic, SECRET } from "./support/vendors.ts";

afterEach(closeVendors);

const nothing: Telemetry = { spans: [], logs: [], points: [] };
const run = exampleRun();

const vendors: readonly [string, (holds: "all" | "nothing") => Promise<{ readonly query: BackendQuery }>][] = [
  ["Grafana Cloud", (holds) => (holds === "all" ? grafanaCloud(recorded, run) : grafanaCloud(empty, nothing))],
  ["New Relic", (holds) => newRelic(holds === "all" ? run : nothing)],
  ["Honeycomb Enterprise", (holds) => honeycomb(holds === "all" ? run : nothing)],
];

const verify = async (query: BackendQuery) => {
  const report = await runVerify({ query: [query], since, timeoutSeconds: 0, ...exampleStack });
  const [backend] = report.backends;
  if (backend === undefined) throw new Error("no report");
  return { ...backend, json: JSON.stringify(report) };
};

describe.each(vendors)("a complete run on %s", (_, vendor) => {
  test("is proven by the same matrix, edges and sources as on a local backend", async () => {
    const { query } = await vendor("all");
    const report = await verify(query);
    expect(report.missing).toEqual([]);
    expect(report.unprovable).toEqual([]);
    expect(report.results.filter(({ found }) => found)).toHaveLength(14 + 18 + 7 + 16);
    expect(report.json).not.toContain(SECRET);
  });

  test("is not proven where nothing arrived: everything is named", async () => {
    const { query } = await vendor("nothing");
    const report = await verify(query);
    expect(report.results.filter(({ found }) => found)).toEqual([]);
    expect(report.missing).toHaveLength(14 + 18 + 7 + 16);
  });
});

describe("where a person looks at a trace", () => {
  const linkOf = async (query: BackendQuery): Promise<URL> => {
    const { results } = await verify(query);
    const url = results.find(({ traceUrl }) => traceUrl !== undefined)?.traceUrl;
    return new URL(url ?? "");
  };

  test("is Grafana's Explore, on the traces' data source", async () => {
    const { query, proxy } = await grafanaCloud(recorded, run);
    const url = await linkOf(query);
    expect(`${url.origin}${url.pathname}`).toBe(`${proxy.url}/explore`);
    const { trace } = JSON.parse(url.searchParams.get("panes") ?? "{}");
    expect(trace.datasource).toBe("grafanacloud-traces");
    expect(trace.queries[0].query).toMatch(/^[0-9a-f]{32}$/);
  });

  test("is New Relic's page of traces, in the account", async () => {
    const url = await linkOf((await newRelic(run)).query);
    expect(`${url.origin}${url.pathname}`).toBe("https://one.newrelic.com/distributed-tracing");
    expect(url.searchParams.get("account")).toBe("123");
    expect(url.searchParams.get("query")).toMatch(/^trace\.id = '[0-9a-f]{32}'$/);
  });

  test("is Honeycomb's trace in the dataset of its service, with times, since without them it looks back two hours only", async () => {
    const url = await linkOf((await honeycomb(run)).query);
    expect(url.pathname).toMatch(/^\/games\/environments\/prod\/datasets\/\w+\/trace$/);
    expect(url.searchParams.get("trace_id")).toMatch(/^[0-9a-f]{32}$/);
    expect(Number(url.searchParams.get("trace_start_ts"))).toBeLessThan(Number(url.searchParams.get("trace_end_ts")));
  });
});

describe("Honeycomb below Enterprise, which answers no queries", () => {
  const refusal =
    "Honeycomb answers queries by API on Enterprise plans only: look at https://ui.honeycomb.io/games/environments/prod";

  test("proves what columns show: spans and log records of each service, and the sources of metrics", async () => {
    const report = await verify((await honeycomb(run, "pro")).query);
    expect(report.complete).toBe(true);
    const found = report.results.filter((result) => result.found);
    expect(found.map(({ id }) => id)).toEqual([
      ...["api", "bot", "notification", "status", "frontend"].flatMap((service) => [
        `${service}/traces`,
        `${service}/logs`,
      ]),
      ...["postgresql", "redis", "rabbitmq", "nginx", "containers", "host", "collector"].map(
        (source) => `infrastructure/${source}`,
      ),
      "criterion/infrastructure",
      "criterion/rates",
    ]);
    expect(found[0]?.detail).toBe(
      "spans were written, as the columns of its dataset show; what they hold cannot be asked",
    );
  });

  test("says in one sentence what cannot be asked, and where to look instead", async () => {
    const report = await verify((await honeycomb(run, "pro")).query);
    expect(report.unprovable).toHaveLength(1);
    expect(report.unprovable[0]).toMatch(
      /^api metrics, bot metrics, .*, api -> PostgreSQL, .*status -> scheduled run, One trace goes .*, Spans say their environment: /,
    );
    expect(report.unprovable[0]).toContain(refusal);
    expect(report.results.filter(({ unprovable }) => unprovable)).toHaveLength(4 + 19 + 14);
  });

  test.each(["spans", "logs"] as const)("still names a service whose %s did not arrive", async (signal) => {
    const report = await verify((await honeycomb(without(run, "bot", signal), "pro")).query);
    const words = { spans: "bot traces missing after 0 s: no span", logs: "bot logs missing after 0 s: no log record" };
    expect(report.missing).toEqual([`${words[signal]} of it was written since ${since.toISOString()}.`]);
    expect(report.complete).toBe(false);
  });

  test("creates no query again once one was refused", async () => {
    const { query, fake } = await honeycomb(run, "pro");
    await verify(query);
    const created = [...fake.counts].filter(([key]) => key.startsWith("POST /1/queries/"));
    // Two may be under way when the first refusal comes.
    expect(created.reduce((sum, [, times]) => sum + times, 0)).toBeLessThanOrEqual(2);
  });
});
