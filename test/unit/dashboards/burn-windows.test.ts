import { expect, test } from "vitest";
import { reachableWindows } from "../../../dashboards/model/objective.ts";

test.each([
  [0.995, ["1h", "6h", "3d"]],
  [0.9, ["6h", "3d"]],
  [0.8, ["3d"]],
])("a target of %d has the burn-rate rules that a share of failures can reach", (target, windows) => {
  expect(reachableWindows({ target }).map(({ long }) => long)).toEqual(windows);
});
