import { describe, expect, test } from "vitest";
import { difference } from "../../../difference/compare/difference.ts";
import { contentOfStackFile } from "../../../offline/stack-content.ts";
import { recordedInventories } from "./fixture/read.ts";

const all = recordedInventories();

/** Every two of a stack's runs, both ways. */
function pairs(stack: string): readonly (readonly [base: string, head: string])[] {
  const names = Object.keys(all).filter((name) => new RegExp(`^${stack}\\d+$`).test(name));
  return names.flatMap((base) => names.flatMap((head) => (base === head ? [] : [[base, head] as const])));
}

describe.each(["dev"])("real runs of the same code of stack %s", (stack) => {
  test.each(pairs(stack))("%s and %s show no difference", async (base, head) => {
    const [before, after] = [all[base], all[head]];
    if (before === undefined || after === undefined) throw new Error(`${base} and ${head} are not in the fixture.`);
    expect(difference(before, after, await contentOfStackFile(stack))).toEqual([]);
  });
});

test("they are enough to be believed", () => {
  expect(pairs("dev").length).toBe(7 * 6);
});
