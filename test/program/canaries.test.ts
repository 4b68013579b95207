import { describe, expect, test } from "vitest";
import { translate } from "../../offline/compose/translate.ts";
import { placesOf } from "../support/leaks.ts";
import { canary, KINDS, on } from "./backends/cases.ts";

/** Where a secret can enter besides a backend's own keys (backends/contract.ts), all in one stack: stores, contacts, services, identities. */
const ENTRIES = {
  ...Object.fromEntries(
    [
      ...["postgresPassword", "postgresAdminPassword", "redisPassword", "rabbitmqPassword"],
      ...["privacyHashKey", "secrets.discord-token", "secrets.inside"],
    ].map((key) => [key, canary(key)]),
  ),
  alertWebhook: `https://hooks.example/${canary("alertWebhook")}`,
  "services[1].env.TOKEN": canary("encrypted-variable"),
  "services[1].command[1]": `--token=${canary("encrypted-argument")}`,
};
const CONFIG = {
  images: "official",
  alerts: JSON.stringify({ contact: "webhook" }),
  privacy: JSON.stringify({ action: "hash" }),
  postgres: JSON.stringify({ managed: false, host: "db", user: "app", database: "games", adminUser: "root" }),
  redis: JSON.stringify({ managed: false, host: "cache" }),
  rabbitmq: JSON.stringify({ managed: false, host: "mq", user: "app" }),
  services: JSON.stringify([
    {
      name: "api",
      kind: "python",
      image: "api:1",
      instrumentation: "image",
      env: {
        DATABASE_URL: "postgresql://{postgres.login}",
        REDIS_URL: "redis://{redis.login}",
        RABBITMQ_URL: "amqp://{rabbitmq.login}",
        DISCORD_TOKEN: "{secret.discord-token}",
        INSIDE: "before {secret.inside} after",
      },
    },
    { name: "worker", kind: "other", image: "worker:1", command: ["run", ""] },
  ]),
};
const CANARY = /canary-[\w.-]+/g;
/** These only receive; somebody else notifies. */
const EXPORT_ONLY = ["datadog", "elastic", "otlp"];
/** Backends whose resources only Pulumi can make. */
const BY_PULUMI_ALONE = ["grafana-cloud", "new-relic", "honeycomb"];

describe.each(KINDS)("secrets of a whole stack on %s", (kind) => {
  const config = { ...CONFIG, ...(EXPORT_ONLY.includes(kind) && { extraBackends: ["jaeger"] }) };
  const run = () => on(kind, { config, secrets: ENTRIES });

  test("arrive, each of them", async () => {
    const ran = await run();
    expect(ran.errors).toEqual([]);
    const arrived = new Set(JSON.stringify(ran.registrations).match(CANARY));
    expect(Object.values(ENTRIES).filter((value) => ![...arrived].some((one) => value.includes(one)))).toEqual([]);
  });

  test("are secret in every input, output, name and diagnostic, so encrypted in Pulumi's state and masked in what it prints", async () => {
    const ran = await run();
    expect(ran.leaks("canary-")).toEqual([]);
    expect(ran.leaks(encodeURIComponent("canary-"))).toEqual([]);
    expect(placesOf(ran.recording.outputs, "canary-", "stack")).toEqual([]);
    expect(JSON.stringify(ran.recording.diagnostics)).not.toContain("canary-");
  });

  test("are in what npm start prints neither: its links and addresses hold none", async () => {
    const { links, published } = (await run()).outputs;
    expect(JSON.stringify({ links, published })).not.toContain("canary-");
  });

  test.skipIf(BY_PULUMI_ALONE.includes(kind))("are in no Compose file, but in its file of secrets", async () => {
    const { yaml, variables } = translate({ recording: (await run()).recording, hashKey: Buffer.from("key") });
    expect(yaml).not.toContain("canary-");
    expect(variables.get("SECRET_API_DISCORD_TOKEN")).toBe(canary("secrets.discord-token"));
  });
});
