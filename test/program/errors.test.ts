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

  test("for a secret that the backend needs", async () => {
    expect(await sentence({ backend: "datadog" })).toEqual([
      "datadogApiKey: not set, but backend datadog needs it. Set it with: pulumi config set --secret datadogApiKey <value>",
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

  test("for an image that cannot be built here", async () => {
    const [message] = await sentence({ backend: "lgtm" });
    expect(message).toMatch(/^images: local cannot give the image lgtm\./);
  });
});
