import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { compare } from "../../../offline/compare.ts";
import { recordProgram } from "../../../offline/engine.ts";
import type { Recording } from "../../../offline/registration.ts";
import { lost } from "../../../upgrades/plan.ts";

const projectDir = join(import.meta.dirname, "../../support/fixtures/renamed");

/** A small program with a store that has another type, name and parent since its second version. */
async function version(called: "before" | "after", aliased = true): Promise<Recording> {
  const config = { called, aliased: String(aliased) };
  const recording = await recordProgram({ projectDir, stack: "dev", config });
  expect(recording.diagnostics).toEqual([]);
  return recording;
}

const words = (changes: ReturnType<typeof compare>) =>
  changes.map(({ step, registration: { name } }) => `${step} ${name}`).sort();

describe("a component with another type, name and parent", { timeout: 60_000 }, () => {
  test("is the one that is there, with its children, where the table of identities says so", async () => {
    const [before, after] = [await version("before"), await version("after")];
    expect(compare(before, after)).toEqual([]);
  });

  test("is deleted with its data and made anew where its line is missing, and the plan of an upgrade says what is lost", async () => {
    const [before, after] = [await version("before"), await version("after", false)];
    const changes = compare(before, after);
    expect(words(changes)).toEqual([
      ...["create login", "create postgresql-data"],
      ...["delete db-data", "delete db-login"],
    ]);
    expect(words(lost(changes, before.registrations))).toEqual(["delete db-data", "delete db-login"]);
  });
});
