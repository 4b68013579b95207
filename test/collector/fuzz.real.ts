import { expect, test } from "vitest";
import { fuzz } from "../fuzz/fuzz.ts";
import { type Programs, startPrograms } from "../fuzz/programs.ts";

/** A sample of `npm run fuzz`; the seed is fixed, so that a red test is about the change. */
test("ten generated stack files: refused in sentences, or read by the real programs", async () => {
  let programs: Programs | undefined;
  try {
    programs = await startPrograms();
    const { refused, accepted, findings } = await fuzz({
      runs: 10,
      seed: 1,
      workers: 1,
      programs,
      report: console.log,
    });
    expect(findings).toEqual([]);
    expect(refused + accepted).toBe(10);
    expect((programs.checked.collector ?? 0) + (programs.checked.Alloy ?? 0)).toBe(accepted);
  } finally {
    programs?.remove();
  }
});
