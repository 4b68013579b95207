import * as pulumi from "@pulumi/pulumi";
import type { Backend, BackendArgs } from "../../../components/backends/backend.ts";
import { datadog } from "../../../components/backends/datadog.ts";
import { elastic } from "../../../components/backends/elastic.ts";
import type { Config } from "../../../config/load.ts";
import { type PlainConfig, plainKeys } from "../../../config/schema.ts";

/** What a backend is made from, with every default, without a stack or an engine. */
export function backendArgs(
  set: Readonly<Record<string, unknown>> = {},
  secrets: Readonly<Record<string, string>> = {},
): BackendArgs {
  const plain = Object.fromEntries(
    Object.entries(plainKeys).map(([key, schema]) => [key, schema.parse(set[key])]),
  ) as unknown as PlainConfig;
  const config: Config = {
    ...plain,
    project: "game-scheduler-otel",
    stack: "test",
    backends: [plain.backend],
    engineIsLocal: true,
    secret: (key) => (secrets[key] === undefined ? undefined : pulumi.secret(secrets[key])),
  };
  return {
    scope: { ...config, environment: plain.environment },
    network: "network",
    imageOf: (name) => name,
    config,
  };
}

export function exportOnly(kind: "datadog" | "elastic"): Backend {
  return kind === "datadog"
    ? datadog(backendArgs({}, { datadogApiKey: "key" }))
    : elastic(backendArgs({ elastic: { endpoint: "https://otlp.elastic.example" } }, { elasticApiKey: "key" }));
}
