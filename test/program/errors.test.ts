import { describe, expect, test } from "vitest";
import { program } from "../support/engine.ts";

const sentence = async (config: Record<string, string>): Promise<readonly string[]> => {
  const run = await program({ config: { images: "local", ...config } });
  expect(run.exitCode).not.toBe(0);
  return run.errors;
};

describe("the preview stops with one sentence and no stack trace", () => {
  test("for a backend nobody knows", async () => {
    expect(await sentence({ backend: "honeycom" })).toEqual([
      'backend: "honeycom" is not valid. Allowed: grafana-cloud, new-relic, honeycomb, jaeger, lgtm, datadog, elastic, otlp. Set it with: pulumi config set backend <value>',
    ]);
  });

  test("for a finding of the pipeline's checks, whose severity the log says already", async () => {
    const collector = JSON.stringify({ image: "otel/opentelemetry-collector-contrib:0.99.0", version: "0.99.0" });
    expect(await sentence({ collector })).toEqual([
      'unknown-version at collector.version: version "0.99.0" is not known. Fix: use 0.141.0 to 0.165.x, written as "0.145.0". (pipeline/checks/README.md#unknown-version)',
    ]);
  });

  test("for a secret that the backend needs", async () => {
    expect(await sentence({ backend: "datadog" })).toEqual([
      "datadogApiKey: not set, but backend datadog needs it. Set it with: pulumi config set --secret datadogApiKey",
    ]);
  });

  test("for a store that exists without its password", async () => {
    expect(await sentence({ redis: '{"managed":false,"host":"cache"}' })).toEqual([
      "redisPassword: not set, but needed because redis.managed is false (a Redis without a password: pulumi config set --path redis.password none). Set it with: pulumi config set --secret redisPassword",
    ]);
  });

  test("for an image that this repository does not build", async () => {
    const [message] = await sentence({ services: JSON.stringify([{ name: "api", image: "build:exmple" }]) });
    expect(message).toMatch(
      /^image: "build:exmple" is not built by this repository\. Allowed after build:: .*collector/,
    );
  });

  test("for a reference that names nothing", async () => {
    const services = JSON.stringify([{ name: "api", image: "api:1", env: { URL: "a://{mysql.login}" } }]);
    expect(await sentence({ services })).toEqual([
      "services.api.env.URL: {mysql.login} names nothing. Allowed: {postgres.login}, {redis.login}, {rabbitmq.login}, {random.<name>}, {secret.<name>}; for this text itself write {{mysql.login}}; mend it in Pulumi.dev.yaml",
    ]);
  });

  test.each([
    ["${postgres.login}", "${postgres.login} would keep its $. Write {postgres.login}; mend it in Pulumi.dev.yaml"],
    [
      "{secret.Token}",
      "{secret.Token} cannot be the name of a secret. Expected: lower-case letters, digits and dashes",
    ],
  ])("for the reference %s", async (text, why) => {
    const services = JSON.stringify([{ name: "api", image: "api:1", env: { URL: text } }]);
    expect(await sentence({ services })).toEqual([expect.stringContaining(`services.api.env.URL: ${why}`)]);
  });

  test.each([
    ["http://tempo:4317", '"http://tempo:4317" is the port of OTLP over gRPC', "http://tempo:4318"],
    ["https://o.example/v1/traces", '"https://o.example/v1/traces" ends with /v1/traces', "https://o.example"],
  ])("for the address %s, naming its key", async (endpoint, why, mend) => {
    const [message] = await sentence({ backend: "otlp", otlp: JSON.stringify({ endpoint }) });
    expect(message).toContain(`otlp.endpoint: ${why}`);
    expect(message).toMatch(new RegExp(`pulumi config set --path otlp\\.endpoint ${mend}$`));
  });

  test("for a file of its use that does not exist", async () => {
    expect(await sentence({ drive: "nope.ts" })).toEqual([
      "drive: nope.ts does not exist. Name a file relative to the project, or none: pulumi config set drive none",
    ]);
  });

  test("for a drive that cannot be used, before anything is deployed", async () => {
    expect(await sentence({ drive: "verify/edges.ts" })).toEqual([
      "drive: verify/edges.ts has no default export with seconds, use, light and edges (type Drive of verify/drive.ts).",
    ]);
    const [message, ...others] = await sentence({ drive: "test/support/fixtures/drive-without-import.ts" });
    expect(message).toMatch(
      /^drive: test\/support\/fixtures\/drive-without-import\.ts cannot be loaded \(.*nobodyExportsThis/,
    );
    expect(others).toEqual([]);
  });

  test("for an image that cannot be built here", async () => {
    const [message] = await sentence({ backend: "lgtm" });
    expect(message).toMatch(/^images: local cannot give the image lgtm\./);
  });
});
