import type { GrafanaCloudQuery } from "../../../../vendors/grafana-cloud.ts";
import type { HoneycombQuery } from "../../../../vendors/honeycomb.ts";
import type { NewRelicQuery } from "../../../../vendors/new-relic.ts";
import { startGrafanaProxy } from "../../../support/fakes/grafana-proxy.ts";
import { startHoneycomb } from "../../../support/fakes/honeycomb.ts";
import { startNerdGraph } from "../../../support/fakes/nerdgraph.ts";
import type { Telemetry } from "../../../support/fakes/telemetry.ts";
import { fakeJaegerBackend, type Held } from "./fake-backend.ts";
import { fakeTempo } from "./fake-tempo.ts";

/** Looks like no other text: nothing that is printed may hold it. */
export const SECRET = "canary-8f14e45f";

type Closing = { close(): Promise<unknown> };
const open: Closing[] = [];

/** For `afterEach`. */
export async function closeVendors(): Promise<void> {
  await Promise.all(open.splice(0).map((one) => one.close()));
}

const opened = <T extends Closing>(one: T): T => {
  open.push(one);
  return one;
};

/** A Grafana Cloud stack: Grafana in front of Tempo, and of Prometheus and Loki as `held` says. */
export async function grafanaCloud(held: Held, { spans }: Pick<Telemetry, "spans">) {
  const tempo = opened(await fakeTempo({ spans }));
  const { query: behind, loki } = opened(await fakeJaegerBackend(held));
  const uids = { prometheus: "grafanacloud-prom", loki: "grafanacloud-logs", tempo: "grafanacloud-traces" };
  const sources = { [uids.prometheus]: behind.prometheus, [uids.loki]: loki, [uids.tempo]: tempo.url };
  const tokens = { [SECRET]: { viewer: true }, "of-no-role": { viewer: false } };
  const proxy = opened(await startGrafanaProxy({ tokens, sources }));
  const query: GrafanaCloudQuery = { kind: "grafana-cloud", grafana: proxy.url, token: SECRET, ...uids };
  return { proxy, query };
}

/** New Relic with one account. */
export async function newRelic(telemetry: Telemetry) {
  const users = { [SECRET]: { manageKeys: true } };
  const fake = opened(await startNerdGraph({ users, accountId: 123, telemetry }));
  const query: NewRelicQuery = {
    kind: "new-relic",
    nerdgraph: `${fake.url}/graphql`,
    accountId: "123",
    apiKey: SECRET,
    pages: "https://one.newrelic.com",
  };
  return { fake, query };
}

/** Honeycomb with one environment. */
export async function honeycomb(telemetry: Telemetry, plan: "pro" | "enterprise" = "enterprise") {
  const metricsDataset = "game-scheduler-metrics";
  const fake = opened(
    await startHoneycomb({ keys: { [SECRET]: ["queries", "columns"] }, holds: { telemetry, plan, metricsDataset } }),
  );
  const ui = "https://ui.honeycomb.io/games/environments/prod";
  const query: HoneycombQuery = { kind: "honeycomb", api: fake.url, apiKey: SECRET, metricsDataset, ui };
  return { fake, query };
}
