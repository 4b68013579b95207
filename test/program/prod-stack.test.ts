import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { SPECS } from "../../images/specs.ts";
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

  test("warns, as no other environment does, of a published image that is not pinned, and names the command that pins it", async () => {
    const pins = JSON.parse(readFileSync(join(import.meta.dirname, "../../images/pins.json"), "utf8"));
    const ofImages = (warnings: readonly string[]) => warnings.filter((text) => text.startsWith("images: "));
    const published = [SPECS.nginx.official, SPECS.postgres.official].flatMap((reference) => reference ?? []);
    expect(ofImages((await prod()).warnings).sort()).toEqual(
      published
        .filter((reference) => !(reference in pins))
        .map(
          (reference) =>
            `images: ${reference} is deployed by its tag, under which another image can be published. Pin the published images by their digests with: npm run pins, and commit images/pins.json`,
        ),
    );
    const staging = await program({ stack: "prod", dummySecrets: true, config: { environment: "staging" } });
    expect(ofImages(staging.warnings)).toEqual([]);
  });

  test("gives the bot its token as a secret", async () => {
    const ran = await prod();
    expect(ran.container("bot").env.DISCORD_TOKEN).toBe("dummy-secret-discord-token");
    expect(ran.leaks("dummy-secret-")).toEqual([]);
  });
});
