import * as pulumi from "@pulumi/pulumi";
import type { Backend, CommonArgs } from "../../../components/backends/backend.ts";
import { datadog } from "../../../components/backends/datadog.ts";
import { elastic } from "../../../components/backends/elastic.ts";
import { Scope } from "../../../components/docker/scope.ts";
import { observability } from "../../../components/observability.ts";
import type { Config } from "../../../config/load.ts";
import { type PlainConfig, plainKeys } from "../../../config/schema.ts";
import { exampleContent } from "../../support/content.ts";

/** What a backend is made from, with every default, without a stack or an engine. */
export function backendArgs(
  set: Readonly<Record<string, unknown>> = {},
  secrets: Readonly<Record<string, string>> = {},
): CommonArgs & { readonly config: Config } {
  const plain = Object.fromEntries(
    Object.entries(plainKeys).map(([key, schema]) => [key, schema.parse(set[key])]),
  ) as unknown as PlainConfig;
  const config: Config = {
    ...plain,
    project: "game-scheduler-otel",
    stack: "test",
    backends: [plain.backend],
    engineIsLocal: true,
    dockerCertificates: "",
    registryLogins: [],
    socketOnEngine: "/var/run/docker.sock",
    secrets: {},
    servicesAreSecret: false,
    secret: (key) => (secrets[key] === undefined ? undefined : pulumi.secret(secrets[key])),
  };
  return {
    scope: new Scope(config),
    imageOf: (name) => name,
    shown: observability(config, exampleContent),
    config,
  };
}

/** @param endpoint where it sends to; default: the vendor's own address for Datadog, an example for Elastic */
export function exportOnly(kind: "datadog" | "elastic", endpoint?: string): Backend {
  const { config } = backendArgs(
    { datadog: endpoint && { endpoint }, elastic: { endpoint: endpoint ?? "https://otlp.elastic.example" } },
    { datadogApiKey: "key", elasticApiKey: "key" },
  );
  const { secret } = config;
  return kind === "datadog"
    ? datadog({ settings: config.datadog, secret })
    : elastic({ settings: config.elastic, secret });
}
