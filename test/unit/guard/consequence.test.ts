import { expect, test } from "vitest";
import { consequenceOf } from "../../../guard/consequence.ts";
import { NOTHING } from "../../../guard/observation.ts";
import type { GoodRelease } from "../../../guard/store.ts";

const good: GoodRelease = {
  id: "last-good",
  at: "2026-11-30T10:00:00Z",
  deployer: "compose",
  commit: "",
  images: {},
  observation: NOTHING,
};

test.each([
  ["good", "rollback", good, "keep"],
  ["bad", "keep", good, "take-back"],
  ["undecided", "rollback", good, "take-back"],
  ["undecided", "keep", good, "guard.undecided is keep"],
  ["bad", "rollback", undefined, "there is no good release"],
  ["bad", "rollback", { ...good, id: "now" }, "it is the last good release itself"],
] as const)("a release that is %s, where guard.undecided is %s", (decision, undecided, last, expected) => {
  const consequence = consequenceOf(decision, undecided, last, "now");
  expect(consequence.kind === "leave" ? consequence.why : consequence.kind).toMatch(new RegExp(`^${expected}`));
  if (consequence.kind === "take-back") expect(consequence.to).toBe(good);
});
