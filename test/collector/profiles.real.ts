import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { PROFILES_PATH } from "../../pipeline/profiles.ts";
import { createNetwork, type Network, type RunningCollector, startCollector, until } from "./collector.ts";
import { inputFor, readableConfig, sinkBackend } from "./configs.ts";
import { sendProfile } from "./profile.ts";
import { points, type Sink, startSink } from "./sink.ts";

let sink: Sink;
let network: Network;
let collector: RunningCollector;

beforeAll(async () => {
  network = createNetwork();
  sink = await startSink(network.hostAddress);
  const backend = sinkBackend("one", sink, { profiles: `${sink.url}${PROFILES_PATH}` });
  const config = readableConfig(inputFor([backend], { profiles: { samplesPerSecond: 20 } }));
  collector = await startCollector(config.replace("scrape_interval: 15s", "scrape_interval: 1s"), network);
});

afterAll(async () => {
  collector?.remove();
  network?.remove();
  await sink?.close();
});

interface Body {
  readonly resourceProfiles: readonly { readonly resource: { readonly attributes: readonly object[] } }[];
  readonly dictionary: { readonly stringTable: readonly string[]; readonly linkTable: readonly object[] };
}

const bodies = () => sink.received.filter(({ path }) => path === PROFILES_PATH).map(({ body }) => body as Body);
const text = () => JSON.stringify(bodies());

describe("profiles", () => {
  test.each(["plain", "referred"] as const)("leave without what is private, attributes written %s", async (written) => {
    await sendProfile(collector.intake, written, `service-${written}`);
    await until(() => text().includes(`service-${written}`), "the profile is there");
    expect(text()).not.toMatch(/jane|hunter2|originalPayload"/);
    const body = bodies().at(-1);
    expect(body?.dictionary.stringTable).toEqual(expect.arrayContaining(["handle", "/home/***/***/app.py"]));
    expect(body?.dictionary.linkTable).toMatchObject([{}, { traceId: "5b8efff798038103d269b633813fc60c" }]);
    const attributes = JSON.stringify(body?.resourceProfiles[0]?.resource.attributes);
    expect(attributes).toContain(`"service-${written}"`);
    expect(attributes).toContain("deployment.environment.name");
    expect(attributes.split("service.namespace")).toHaveLength(2);
  });

  test("wait on disk while their backend is away, through an end of the collector, and are counted to the sample", async () => {
    const before = bodies().length;
    sink.away(true);
    for (let i = 0; i < 3; i++) await sendProfile(collector.intake, "plain", "late");
    collector.kill("SIGKILL");
    collector.start();
    sink.away(false);
    await until(() => bodies().length >= before + 3, "all three are there");
    await until(
      () => collector.metrics().includes('otelcol_exporter_sent_profile_samples{exporter="otlp_http/one-profiles"} 6'),
      "six samples are counted as sent",
    );
    const lost = () =>
      points(sink).filter(
        ({ metric, attributes }) => metric === "otelcol_ledger_lost_items" && attributes.signal === "profiles",
      );
    const read = lost().length;
    await until(() => lost().length >= read + 6, "the ledger has read them");
    expect(lost().filter(({ value }) => value !== 0)).toEqual([]);
  });
});
