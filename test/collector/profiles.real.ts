import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createNetwork, type Network, type RunningCollector, startCollector, until } from "./collector.ts";
import { inputFor, readableConfig, sinkBackend } from "./configs.ts";
import { points, type Sink, startSink } from "./sink.ts";

const CANARY = "jane.canary@example.org";
const PATH = "/v1development/profiles";

/** Attributes as plain keys and values, or as places in the table of strings: OTLP allows either in a profile. */
type Written = "plain" | "referred";

/** Two samples of one stack, below one span and below none; what each table begins with refers to nothing. */
function profileOf(service: string, file: string, written: Written): object {
  const stringTable = [
    "",
    "handle",
    file,
    "thread.name",
    `worker of ${CANARY}`,
    "service.name",
    service,
    "db.password",
    "hunter2 and more",
  ];
  const attribute = (key: number, value: number) =>
    written === "plain"
      ? { key: stringTable[key], value: { stringValue: stringTable[value] } }
      : { keyStrindex: key, value: { stringValueStrindex: value } };
  return {
    resourceProfiles: [
      {
        resource: { attributes: [attribute(5, 6), attribute(7, 8)] },
        scopeProfiles: [
          {
            scope: { name: "test" },
            profiles: [
              {
                timeUnixNano: String(BigInt(Date.now()) * 1_000_000n),
                durationNano: "15000000000",
                originalPayloadFormat: "pprof",
                originalPayload: Buffer.from(`of ${CANARY}`).toString("base64"),
                samples: [
                  { stackIndex: 1, linkIndex: 1, values: ["3"], attributeIndices: [1] },
                  { stackIndex: 1, values: ["2"], attributeIndices: [1] },
                ],
              },
            ],
          },
        ],
      },
    ],
    dictionary: {
      mappingTable: [{}],
      locationTable: [{}, { lines: [{ functionIndex: 1, line: "7" }] }],
      functionTable: [{}, { nameStrindex: 1, filenameStrindex: 2 }],
      linkTable: [{}, { traceId: "5b8efff798038103d269b633813fc60c", spanId: "eee19b7ec3c1b174" }],
      stringTable: written === "plain" ? stringTable.slice(0, 5) : stringTable,
      attributeTable: [{}, { keyStrindex: 3, value: { stringValue: `worker of ${CANARY}` } }],
      stackTable: [{}, { locationIndices: [1] }],
    },
  };
}

let sink: Sink;
let network: Network;
let collector: RunningCollector;

beforeAll(async () => {
  network = createNetwork();
  sink = await startSink(network.hostAddress);
  const backend = sinkBackend("one", sink, { profiles: `${sink.url}${PATH}` });
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

const bodies = () => sink.received.filter(({ path }) => path === PATH).map(({ body }) => body as Body);
const text = () => JSON.stringify(bodies());

async function send(written: Written, service: string): Promise<void> {
  const response = await fetch(`${collector.intake}${PATH}`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(profileOf(service, `/home/jane/${CANARY}/app.py`, written)),
  });
  expect(response.status).toBe(200);
}

describe("profiles", () => {
  test.each(["plain", "referred"] as const)("leave without what is private, attributes written %s", async (written) => {
    await send(written, `service-${written}`);
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
    for (let i = 0; i < 3; i++) await send("plain", "late");
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
