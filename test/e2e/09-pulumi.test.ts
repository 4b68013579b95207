import { readFile } from "node:fs/promises";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { imageReference } from "../../images/catalogue.ts";
import { type ContainerFacts, containers, deployedAs, leftovers, rememberComposed } from "./support/docker.ts";
import { pulumi, whyNoPulumi } from "./support/pulumi.ts";
import type { Outcome } from "./support/run.ts";
import { composedFile, npmStart, npmStop } from "./support/stack.ts";

const why = whyNoPulumi();
if (why !== undefined) console.log(`skipped: pulumi up, no-change up, config change, refresh and destroy: ${why}`);

/** Runs under the same stack name, so that names can be compared; where this file runs alone, Compose's stack is still there. */
describe.skipIf(why !== undefined)("the same stack by the real Pulumi CLI, on a file backend", () => {
  let first: Outcome;
  let up: readonly ContainerFacts[];
  const ids = (facts: readonly ContainerFacts[]) => Object.fromEntries(facts.map(({ name, id }) => [name, id]));

  beforeAll(async () => {
    const composed = await containers();
    if (composed.length > 0) {
      await rememberComposed(composed);
      await npmStop("--volumes");
    }
    first = await npmStart(["--deploy", "pulumi", "--no-verify"], { show: true });
    up = await containers();
  });
  afterAll(async () => {
    await npmStop("--volumes");
  });

  test("comes up", () => {
    expect(first.code, first.all).toBe(0);
    expect(up.filter(({ running }) => !running)).toEqual([]);
  });

  test("has the same containers as Compose's", async () => {
    expect(up.map(deployedAs)).toEqual(JSON.parse(await readFile(composedFile, "utf8")));
  });

  test("changes nothing when nothing changed", async () => {
    const again = await npmStart(["--deploy", "pulumi", "--no-verify"]);
    expect(again.code, again.all).toBe(0);
    expect(ids(await containers())).toEqual(ids(up));
    const preview = await pulumi("preview", "--expect-no-changes");
    expect(preview.code, preview.all).toBe(0);
  });

  test("finds no drift by refresh", async () => {
    const refreshed = await pulumi("refresh", "--yes", "--skip-preview");
    expect(refreshed.code, refreshed.all).toBe(0);
    const preview = await pulumi("preview", "--expect-no-changes");
    expect(preview.code, preview.all).toBe(0);
  });

  test("replaces the collector and the deployment marker alone when the pipeline's configuration changes", async () => {
    const changed = await npmStart(["--deploy", "pulumi", "--no-verify", "--config", `privacy={"keep":["game.id"]}`]);
    expect(changed.code, changed.all).toBe(0);
    const after = ids(await containers());
    const replaced = Object.keys(after).filter((name) => after[name] !== ids(up)[name]);
    expect(replaced.sort()).toEqual(["collector", "deployment"]);
  });

  describe("with a collector that ends as soon as it is started", () => {
    const marker = async () => (await containers()).find(({ name }) => name === "deployment")?.id;
    const upAgain = () => pulumi("up", "--yes", "--skip-preview");
    let marked: string | undefined;
    beforeAll(async () => {
      marked = await marker();
      await pulumi("config", "set", "--path", "collector.image", imageReference("redis", "local"));
    });
    afterAll(async () => {
      await pulumi("config", "rm", "--path", "collector.image");
    });

    test.each(["that brings it", "without a change"])("the up %s fails, says why and marks no deployment", async () => {
      const failed = await upAgain();
      expect(failed.code, failed.all).not.toBe(0);
      expect(failed.all).toMatch(
        /error: collector: the container \S+-collector does not work: .* was restarted \d+ times\. Mend what its log names \(docker logs \S+-collector\), .* Its last lines:\n.*\n/,
      );
      expect(failed.all).not.toMatch(/^\s+at .*\.ts:\d+/m);
      expect((await containers()).filter(({ name, running }) => !running && name !== "collector")).toEqual([]);
      expect(await marker()).toBe(marked);
    });
  });

  test("works again with the collector that worked", async () => {
    const mended = await pulumi("up", "--yes", "--skip-preview");
    expect(mended.code, mended.all).toBe(0);
    expect((await containers()).filter(({ running }) => !running)).toEqual([]);
  });

  test("names the service that does not become healthy, and what its health command says", async () => {
    const health = `services[1].health=["python","-c","exit('the games are out')"]`;
    const failed = await npmStart(["--deploy", "pulumi", "--no-verify", "--config", health]);
    expect(failed.code, failed.all).toBe(1);
    expect(failed.all).toMatch(
      /"pulumi up" failed: .* Not every container came up: \S+-api \(.*\).* Its health command says: the games are out; see why with "docker logs \S+-api"/,
    );
  });

  test("is destroyed without a trace", async () => {
    const stopped = await npmStop("--volumes");
    expect(stopped.code, stopped.all).toBe(0);
    expect(await containers()).toEqual([]);
    expect(await leftovers()).toEqual([]);
  });
});
