import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { driftOf } from "../../drift/drifted.ts";
import { findings } from "../../drift/report.ts";
import { readRelease } from "../../upgrades/release.ts";
import { whyNoPulumi } from "./support/pulumi.ts";
import { type RenamedStack, renamedStack } from "./support/renamed-stack.ts";
import { succeed } from "./support/run.ts";
import { PREFIX, type UpgradeStack, upgradeStack } from "./support/upgrade-stack.ts";

const why = whyNoPulumi();
if (why !== undefined) console.log(`skipped: an upgrade from the previous release on the real engine: ${why}`);

const release = readRelease("0.1.0");

describe.skipIf(why !== undefined)("stack dev of 0.1.0, upgraded by the real Pulumi CLI on the same state", () => {
  let stack: UpgradeStack;
  let then: Readonly<Record<string, string>>;
  let now: Readonly<Record<string, string>>;
  beforeAll(async () => {
    stack = await upgradeStack(release);
    const up = await stack.released("up", "--yes", "--skip-preview", "--suppress-outputs");
    expect(up.code, up.all.slice(-4000)).toBe(0);
    then = await stack.ids();
    await stack.psql("CREATE TABLE kept (word text); INSERT INTO kept VALUES ('written by 0.1.0')");
    const upgraded = await stack.present("up", "--yes", "--skip-preview", "--suppress-outputs");
    expect(upgraded.code, upgraded.all.slice(-4000)).toBe(0);
    console.log(upgraded.all.slice(-600));
    now = await stack.ids();
  });
  afterAll(async () => {
    await stack?.remove();
  });

  const kept = () => Object.keys(then).filter((name) => now[name] === then[name]);
  const planned = () => stack.plan.filter(({ step }) => step === "replace").map(({ registration: { name } }) => name);

  test("replaces no container that the plan of the upgrade does not name", () => {
    console.log(`kept: ${kept().sort().join(", ")}`);
    expect(kept()).toEqual(expect.arrayContaining(Object.keys(then).filter((name) => !planned().includes(name))));
  });

  test("leaves services and stores alone that did not change", () => {
    // RabbitMQ and PostgreSQL are not among them: 0.2.0 has another health check and another form of log.
    expect(kept()).toEqual(expect.arrayContaining(["discord", "redis"]));
    expect(Object.keys(now).sort()).toEqual(Object.keys(then).sort());
  });

  test("has the row that was written before", async () => {
    expect(await stack.psql("SELECT word FROM kept")).toBe("written by 0.1.0");
  });

  test("has not drifted, until somebody changes a container and removes another by hand", async () => {
    const asked = async () => {
      const refreshed = await stack.present("refresh", "--preview-only", "--json");
      return findings(driftOf(refreshed.stdout), "upgrade", () => undefined).map(
        ({ what, happened }) => `${what} ${happened}`,
      );
    };
    expect(await asked()).toEqual([]);
    await succeed("docker", ["update", "--memory", "128m", "--memory-swap", "128m", `${PREFIX}discord`]);
    await succeed("docker", ["rm", "-f", `${PREFIX}console`]);
    expect(await asked()).toEqual([
      `container ${PREFIX}console was removed by hand`,
      `container ${PREFIX}discord was changed by hand`,
    ]);
    const repaired = await stack.present("up", "--yes", "--skip-preview", "--suppress-outputs", "--refresh");
    expect(repaired.code, repaired.all.slice(-4000)).toBe(0);
    expect(await asked()).toEqual([]);
  });

  test("changes nothing when asked again", async () => {
    const again = await stack.present("preview", "--diff", "--expect-no-changes", "--refresh");
    expect(again.code, again.all.slice(-4000)).toBe(0);
  });
});

describe.skipIf(why !== undefined)("a store with another type, name and parent, on the real engine", () => {
  let stack: RenamedStack;
  beforeAll(async () => {
    stack = await renamedStack();
    const up = await stack.pulumi("up", "--yes", "--skip-preview");
    expect(up.code, up.all.slice(-4000)).toBe(0);
    await stack.pulumi("config", "set", "called", "after");
  });
  afterAll(async () => {
    await stack?.remove();
  });

  test("would be deleted where no line says what it was, which the protection of its volume refuses", async () => {
    await stack.pulumi("config", "set", "aliased", "false");
    const preview = await stack.pulumi("preview");
    expect(preview.code).not.toBe(0);
    expect(preview.all).toMatch(/db-data" cannot be deleted\s+because it is protected/);
    await stack.pulumi("config", "rm", "aliased");
  });

  test("is the one that is there where the table of identities says what it was", async () => {
    const preview = await stack.pulumi("preview", "--expect-no-changes");
    expect(preview.code, preview.all.slice(-4000)).toBe(0);
    const up = await stack.pulumi("up", "--yes", "--skip-preview");
    expect(up.code, up.all.slice(-4000)).toBe(0);
    const { stdout } = await stack.pulumi("stack", "export");
    expect(stdout).toContain("renamed:stores:PostgreSql$docker:index/volume:Volume::postgresql-data");
    expect(stdout).not.toContain("renamed:Db");
  });
});
