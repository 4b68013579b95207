import { expect, test } from "vitest";
import { addressOf } from "../../../difference/record/stack.ts";

test.each([
  ["172.18.0.1 172.18.0.0/16", "172.18.0.1"],
  // Docker 20.10 before its first restart
  [" 172.17.0.0/16", "172.17.0.1"],
  ["", undefined],
])("of a bridge that is %j containers reach this machine at %s", (inspected, address) => {
  expect(addressOf(`${inspected}\n`)).toBe(address);
});
