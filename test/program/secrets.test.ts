import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { translate } from "../../offline/compose/translate.ts";
import { writeCompose } from "../../offline/compose/write.ts";
import { program } from "../support/engine.ts";

const TOKEN = "hunter22-$a'b";
const service = {
  name: "api",
  image: "api:1",
  instrumentation: "image",
  env: { DISCORD_TOKEN: "Bot {secret.discord-token}", PLAIN: "text" },
  volumes: [
    { name: "uploads", path: "/data" },
    { host: "/etc/app.ini", path: "/etc/app.ini" },
  ],
};
const config = { images: "local", services: JSON.stringify([service, { ...service, name: "worker" }]) };

describe("a service's own secret", () => {
  const run = () => program({ config, secrets: { "secrets.discord-token": TOKEN } });

  test("arrives in its environment, and stays secret in everything that is recorded", async () => {
    const ran = await run();
    expect(ran.errors).toEqual([]);
    expect(ran.container("api").env).toMatchObject({ DISCORD_TOKEN: `Bot ${TOKEN}`, PLAIN: "text" });
    expect(ran.leaks(TOKEN)).toEqual([]);
  });

  test("reaches Compose by its file of secrets, never by compose.yaml", async () => {
    const { yaml, variables } = translate({ recording: (await run()).recording, hashKey: Buffer.from("key") });
    expect(yaml).not.toContain("hunter22");
    expect(yaml).toMatch(/DISCORD_TOKEN: \$\{SECRET_API_DISCORD_TOKEN:\?\}/);
    expect(variables.get("SECRET_API_DISCORD_TOKEN")).toBe(`Bot ${TOKEN}`);
  });

  test("that is not set is named with the command that sets it", async () => {
    expect((await program({ config })).errors).toEqual([
      "services.api.env.DISCORD_TOKEN: {secret.discord-token} is not set. Set it with: pulumi config set --secret --path 'secrets.discord-token'",
    ]);
  });

  test("has a dummy in a preview with dummies", async () => {
    const ran = await program({ config, dummySecrets: true });
    expect(ran.container("api").env.DISCORD_TOKEN).toBe("Bot dummy-secret-discord-token");
  });
});

test("the key that a backend is asked with is among the outputs of a Compose project, and nowhere in its file", async () => {
  const folder = mkdtempSync(join(tmpdir(), "compose-outputs-"));
  const keys = { honeycombApiKey: "key-to-ask-with-22", honeycombIngestKey: "key-to-send-with-22" };
  const { composeFile, outputs } = await writeCompose({
    projectDir: join(import.meta.dirname, "../.."),
    stack: "other",
    out: join(folder, "compose.yaml"),
    localDir: join(folder, "local"),
    set: [
      { path: "backend", value: "honeycomb", secret: false },
      ...Object.entries(keys).map(([path, value]) => ({ path, value, secret: true })),
    ],
  });
  expect(outputs.query).toEqual([expect.objectContaining({ kind: "honeycomb", apiKey: keys.honeycombApiKey })]);
  const text = readFileSync(composeFile, "utf8");
  for (const key of Object.values(keys)) expect(text).not.toContain(key);
  rmSync(folder, { recursive: true });
});

describe("a value that is encrypted inside services", () => {
  test("stays secret, and so do the variables and commands of all services", async () => {
    const ran = await program({
      config: { images: "local", services: JSON.stringify([{ name: "api", image: "api:1", health: ["true"] }]) },
      secrets: { "services[0].env.TOKEN": TOKEN, "services[0].command[0]": `--token=${TOKEN}` },
    });
    expect(ran.errors).toEqual([]);
    expect(ran.container("api").env.TOKEN).toBe(TOKEN);
    expect(ran.leaks(TOKEN)).toEqual([]);
    const { yaml } = translate({ recording: ran.recording, hashKey: Buffer.from("key") });
    expect(yaml).not.toContain("hunter22");
  });
});

test("a volume that two services name is one, protected, and outlives both; of the host nothing is written", async () => {
  const ran = await program({ config, dummySecrets: true });
  const volumes = ran.byType("docker:index/volume:Volume").filter(({ name }) => name.startsWith("services-"));
  expect(volumes.map(({ name, options }) => [name, options.protect])).toEqual([["services-uploads-data", true]]);
  expect(ran.container("api").inputs.volumes).toEqual([
    { containerPath: "/data", volumeName: "game-scheduler-otel-dev-services-uploads-data" },
    { containerPath: "/etc/app.ini", hostPath: "/etc/app.ini", readOnly: true },
  ]);
  expect(ran.container("worker").inputs.volumes).toEqual(ran.container("api").inputs.volumes);
});
