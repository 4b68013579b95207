import * as pulumi from "@pulumi/pulumi";
import { beforeAll, describe, expect, test } from "vitest";
import type { BackendKind } from "../../../vendors/kinds.ts";
import { backendArgs } from "./arguments.ts";

/** The sentence a backend stops the preview with. */
let sentence: (
  kind: BackendKind,
  set?: Readonly<Record<string, unknown>>,
  secrets?: Readonly<Record<string, string>>,
) => Promise<string>;

/** None of these is on this machine. */
const noNetworks = () => {
  throw new Error("no networks here");
};

beforeAll(async () => {
  pulumi.runtime.setMocks({ newResource: ({ name, inputs }) => ({ id: name, state: inputs }), call: () => ({}) });
  const { createBackend } = await import("../../../components/backends/index.ts");
  sentence = async (kind, set = {}, secrets = {}) => {
    try {
      await createBackend(kind, { ...backendArgs(set, secrets), networks: noNetworks });
    } catch (error) {
      if (error instanceof pulumi.RunError) return error.message;
      throw error;
    }
    return "";
  };
});

const setting = (path: string, backend: string) =>
  `${path}: not set, but backend ${backend} needs it. Set it with: pulumi config set --path ${path} <value>`;
const secret = (key: string, backend: string) =>
  `${key}: not set, but backend ${backend} needs it. Set it with: pulumi config set --secret ${key}`;

describe("a backend that lacks something says what, and the command that mends it", () => {
  test("Grafana Cloud: its slug, its token", async () => {
    expect(await sentence("grafana-cloud")).toBe(setting("grafanaCloud.slug", "grafana-cloud"));
    expect(await sentence("grafana-cloud", { grafanaCloud: { slug: "games" } })).toBe(
      secret("grafanaCloudToken", "grafana-cloud"),
    );
  });

  test("New Relic: its account, its user key", async () => {
    expect(await sentence("new-relic")).toBe(setting("newRelic.accountId", "new-relic"));
    expect(await sentence("new-relic", { newRelic: { accountId: 1 } })).toBe(secret("newRelicApiKey", "new-relic"));
  });

  test("Honeycomb: a configuration key, an ingest key, the other half of a management key", async () => {
    expect(await sentence("honeycomb")).toBe(secret("honeycombApiKey", "honeycomb"));
    expect(await sentence("honeycomb", {}, { honeycombApiKey: "k" })).toBe(secret("honeycombIngestKey", "honeycomb"));
    expect(await sentence("honeycomb", {}, { honeycombManagementKeyId: "k" })).toBe(
      secret("honeycombManagementKeySecret", "honeycomb"),
    );
  });

  test("Honeycomb: the environment that an ingest key shall be minted for", async () => {
    const management = { honeycombManagementKeyId: "i", honeycombManagementKeySecret: "s" };
    expect(await sentence("honeycomb", {}, { ...management, honeycombApiKey: "k" })).toMatch(
      /^honeycomb\.environmentId: not set, but needed to mint an ingest key .* or give a key with: pulumi config set --secret honeycombIngestKey$/,
    );
    const environmentId = "hcaen_01j1jrsewaha3m0z6fwffpcrxg";
    expect(await sentence("honeycomb", { honeycomb: { environmentId } }, { ...management, honeycombApiKey: "k" })).toBe(
      "",
    );
  });

  test("Datadog and Elastic: key and address", async () => {
    expect(await sentence("datadog")).toBe(secret("datadogApiKey", "datadog"));
    expect(await sentence("elastic")).toBe(setting("elastic.endpoint", "elastic"));
    expect(await sentence("elastic", { elastic: { endpoint: "https://e.example" } })).toBe(
      secret("elasticApiKey", "elastic"),
    );
  });

  test("any OTLP endpoint: an address, and both halves of a client certificate", async () => {
    expect(await sentence("otlp")).toMatch(
      /^otlp\.endpoint: not set, but backend otlp needs it, or one of otlp\.traces/,
    );
    const otlp = { endpoint: "https://o.example" };
    expect(await sentence("otlp", { otlp }, { otlpClientCertificate: "pem" })).toBe(
      "otlpClientKey: not set, but a client certificate needs both its parts. Set it with: pulumi config set --secret otlpClientKey",
    );
    expect(await sentence("otlp", { otlp }, { otlpClientKey: "pem" })).toMatch(/^otlpClientCertificate: not set/);
  });
});

describe("a credential in plain configuration is refused, and not repeated", () => {
  test("in an address", async () => {
    const said = await sentence("otlp", { otlp: { traces: "https://me:hunter2@tempo.example/v1/traces" } });
    expect(said).toMatch(/^otlp\.traces: holds a user or password, and it is not secret there\./);
    expect(said).not.toContain("hunter2");
  });

  test.each(["authorization", "X-Api-Key", "dd-api-key", "x-auth-token"])("in the header %s", async (header) => {
    const said = await sentence("otlp", { otlp: { endpoint: "https://o.example", headers: { [header]: "hunter2" } } });
    expect(said).toMatch(new RegExp(`^otlp\\.headers\\.${header}: looks like a credential`));
    expect(said).not.toContain("hunter2");
  });

  test("but a header that carries none is fine", async () => {
    expect(
      await sentence("otlp", { otlp: { endpoint: "https://o.example", headers: { "x-scope-orgid": "games" } } }),
    ).toBe("");
  });
});
