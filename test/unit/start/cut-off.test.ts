import { expect, test } from "vitest";
import { isCutOff } from "../../../start/deploy/compose.ts";

test.each([
  ["kex_exchange_identification: read: Connection reset by peer", true],
  ["error during connect: ... Connection reset by 10.81.153.2 port 22", true],
  ["Connection closed by 10.81.153.2 port 22", true],
  ["Permission denied (publickey).", false],
  ["dependency failed to start: container x is unhealthy: read: connection reset by peer", false],
])("an ssh connection that was dropped is tried again, other failures are not: %s", (stderr, cutOff) => {
  expect(isCutOff({ code: 1, stderr })).toBe(cutOff);
  expect(isCutOff({ code: 0, stderr })).toBe(false);
});
