import { describe, expect, test } from "vitest";
import { program } from "../support/engine.ts";

/** Pulumi.prod.yaml, as a pull request previews it. */
const prod = () => program({ stack: "prod", dummySecrets: true });

describe("the production stack of this repository", () => {
  test("is previewed without an account, a token or a store", async () => {
    expect((await prod()).errors).toEqual([]);
  });

  test("takes services by reference and stores that exist (of dummies one is the password of an existing monitor of Redis); the example's simulator of Discord is not in it", async () => {
    const containers = (await prod()).containers();
    expect(containers.map(({ name }) => name).sort()).toEqual([
      ...["api", "bot", "collector", "deployment", "docker-api", "frontend", "instrumentation"],
      ...["notification", "postgres-monitor", "status"],
    ]);
    const images = containers.filter(({ name }) => ["api", "bot", "notification", "status"].includes(name));
    expect(new Set(images.map(({ image }) => image))).toEqual(
      new Set(["registry.example.org/game-scheduler/app:1.4.2"]),
    );
  });

  test("gives the bot its token as a secret", async () => {
    const ran = await prod();
    expect(ran.container("bot").env.DISCORD_TOKEN).toBe("dummy-secret-discord-token");
    expect(ran.leaks("dummy-secret-")).toEqual([]);
  });
});
