import { readFile } from "node:fs/promises";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
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

  test("is destroyed without a trace", async () => {
    const stopped = await npmStop("--volumes");
    expect(stopped.code, stopped.all).toBe(0);
    expect(await containers()).toEqual([]);
    expect(await leftovers()).toEqual([]);
  });
});
