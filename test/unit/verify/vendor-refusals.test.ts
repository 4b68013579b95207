import { afterEach, describe, expect, test } from "vitest";
import type { BackendQuery } from "../../../vendors/query.ts";
import { querierFor } from "../../../verify/queriers/index.ts";
import { exampleRun } from "./support/example-run.ts";
import { recorded, since } from "./support/recordings.ts";
import { closeVendors, grafanaCloud, honeycomb, newRelic, SECRET } from "./support/vendors.ts";

afterEach(closeVendors);

const run = exampleRun();
const metricsOfApi = (query: BackendQuery) => querierFor(query).serviceMetrics({ service: "api", since });

async function refusalOf(query: BackendQuery): Promise<string> {
  return metricsOfApi(query).then(
    () => "no refusal",
    (error: Error) => error.message,
  );
}

describe("a key that is refused is named with where it comes from, and never quoted", () => {
  test("by Grafana: a token that is revoked or of another stack", async () => {
    const { query } = await grafanaCloud(recorded, run);
    const said = await refusalOf({ ...query, token: "revoked-token" });
    expect(said).toBe(
      `Grafana at ${query.grafana} refuses the service account's token (401): it is revoked or of another stack; deploy again to make another.`,
    );
  });

  test("by Grafana: a service account without a role", async () => {
    const { query } = await grafanaCloud(recorded, run);
    expect(await refusalOf({ ...query, token: "of-no-role" })).toBe(
      `Grafana at ${query.grafana} does not let the service account query its data sources (403): give it the role Viewer.`,
    );
  });

  test("by Grafana: a data source that is not there", async () => {
    const { query } = await grafanaCloud(recorded, run);
    expect(await refusalOf({ ...query, prometheus: "prom" })).toBe(
      `Grafana at ${query.grafana} lacks one of the data sources prom, grafanacloud-logs, grafanacloud-traces (404): is this the Grafana of a cloud stack?`,
    );
  });

  test("by New Relic: a user key that is revoked or of the other region", async () => {
    const { query } = await newRelic(run);
    expect(await refusalOf({ ...query, apiKey: "NRAK-EU" })).toBe(
      `New Relic refuses the user key at ${query.nerdgraph} (401): it is revoked, or of the other region (newRelic.region is US or EU).`,
    );
  });

  test("by New Relic: an account that the user does not see", async () => {
    const { query } = await newRelic(run);
    expect(await refusalOf({ ...query, accountId: "999" })).toBe(
      "The owner of New Relic's user key does not see account 999: check newRelic.accountId, or let the user in under User management.",
    );
  });

  test("by Honeycomb: a configuration key that is revoked or of the other region", async () => {
    const { query } = await honeycomb(run);
    expect(await refusalOf({ ...query, apiKey: "hcaik_eu" })).toBe(
      `Honeycomb refuses the configuration key at ${query.api} (401): it is revoked, or of the other region (honeycomb.region is us or eu).`,
    );
  });

  test("even where the server quotes what it was sent", async () => {
    const { fake, query } = await newRelic(run);
    fake.fail(500);
    const quoting = { ...query, apiKey: "on demand" };
    expect(await refusalOf(quoting)).toBe(`${query.nerdgraph} answered 500: {"message":"[secret]"}`);
  });
});

describe("too many questions", () => {
  const limits = {
    "Grafana Cloud": async () => {
      const { proxy, query } = await grafanaCloud(recorded, run);
      return { query, limit: () => proxy.limit(1, "1") };
    },
    "New Relic": async () => {
      const { fake, query } = await newRelic(run);
      return { query, limit: () => fake.fail(429, 1) };
    },
    Honeycomb: async () => {
      const { fake, query } = await honeycomb(run);
      return { query, limit: () => fake.fail(429, 1) };
    },
  } as const;

  test.each(Object.entries(limits))(
    "are asked again when %s has had the pause that it asked for",
    async (_, vendor) => {
      const { query, limit } = await vendor();
      const unhurried = await metricsOfApi(query);
      limit();
      const begun = Date.now();
      expect(await metricsOfApi(query)).toEqual(unhurried);
      expect(unhurried.length).toBeGreaterThan(0);
      expect(Date.now() - begun).toBeGreaterThanOrEqual(990);
    },
  );

  test("are given up where the pause is longer than a minute, and the sentence says how long", async () => {
    const { proxy, query } = await grafanaCloud(recorded, run);
    proxy.limit(1, "600");
    expect(await refusalOf(query)).toBe(
      `${query.grafana}/api/datasources/proxy/uid/grafanacloud-prom/api/v1/query was asked too often (429) and wants a pause of 600 s: try again then.`,
    );
  });
});

describe("New Relic's limits", () => {
  test("are kept: a hundred traces are read in queries of at most 4096 characters", async () => {
    const spans = Array.from({ length: 150 }, (_, index) => ({
      traceId: index.toString(16).padStart(32, "0"),
      spanId: "b7ad6b7169203331",
      service: "api",
      name: "GET",
      kind: "server",
      start: new Date(since.getTime() + 1000 * index),
      attributes: {},
    }));
    const { query } = await newRelic({ spans, logs: [], points: [] });
    const read = await querierFor(query).traces({ service: "api", since, limit: 100 });
    const newest = new Set(spans.slice(-100).map(({ traceId }) => traceId));
    expect(new Set(read.map(({ traceId }) => traceId))).toEqual(newest);
  });
});

describe("Honeycomb's ids", () => {
  test("are read in full, though it keeps only half of one that begins with zeros", async () => {
    const traceId = "0000000000000000f798a1e7f33c8af6";
    const one = { traceId, spanId: "b7ad6b7169203331", service: "api", name: "GET", kind: "server", attributes: {} };
    const { query } = await honeycomb({ spans: [{ ...one, start: new Date() }], logs: [], points: [] });
    expect(await querierFor(query).trace(traceId)).toMatchObject([{ traceId, service: "api", kind: "server" }]);
  });
});

describe("secrets", () => {
  test("are not part of a querier's name", async () => {
    const all = [await grafanaCloud(recorded, run), await newRelic(run), await honeycomb(run)];
    expect(all.map(({ query }) => querierFor(query).name).join()).not.toContain(SECRET);
  });
});
