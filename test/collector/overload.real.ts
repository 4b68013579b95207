import { beforeAll, describe, expect, test } from "vitest";
import { measure } from "../bench/overload-trial.ts";
import { memoryMiB } from "../bench/variants.ts";

/** A sample of `npm run bench:overload`: long enough that most is refused. */
const TRIAL = { rate: 5000, seconds: 20, cpus: 0.2, binary: undefined };

describe("a collector with a fifth of the processor time that it would need", () => {
  let said: Awaited<ReturnType<typeof measure>>;

  beforeAll(async () => {
    said = await measure("all", TRIAL);
    console.table(said);
  });

  test("refuses, and what is refused and what is accepted is what was sent", () => {
    expect(said["refused to the sender"]).toBeGreaterThan(0);
    expect(said["refused to the sender"] + said.accepted).toBe(said["spans sent"]);
  });

  test("delivers what it accepted, but what it has counted as lost or still holds", () => {
    expect(said.delivered).toBeGreaterThan(0);
    expect(said.delivered + said["dropped by rule"] + said["lost, counted"] + said.queued).toBe(said.accepted);
    expect([said["spans uncounted"], said["lost, counted"]]).toEqual([0, 0]);
  });

  test("stays within its memory", () => {
    expect(said["ended by the kernel"]).toBe(false);
    expect(said["most memory, MiB"]).toBeLessThanOrEqual(memoryMiB);
  });
});
