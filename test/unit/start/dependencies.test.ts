import { describe, expect, test } from "vitest";
import { staleReason } from "../../../start/dependencies.mjs";

const lock = (packages: object) => JSON.stringify({ packages });
const zod = { version: "4.0.0", integrity: "sha512-a" };

describe("whether node_modules is what package-lock.json says", () => {
  test("it is", () => {
    const wanted = lock({ "": { name: "x" }, "node_modules/zod": zod });
    expect(staleReason(wanted, lock({ "node_modules/zod": zod }))).toBe("");
  });

  test.each([
    ["not installed yet", undefined],
    ["the list of installed packages cannot be read", "{"],
    ["zod is missing", lock({})],
    ["zod is 3.0.0, package-lock.json wants 4.0.0", lock({ "node_modules/zod": { ...zod, version: "3.0.0" } })],
    ["zod differs from package-lock.json", lock({ "node_modules/zod": { ...zod, integrity: "sha512-b" } })],
    ["left-pad is not in package-lock.json", lock({ "node_modules/zod": zod, "node_modules/left-pad": zod })],
  ])("%s", (reason, installed) => {
    expect(staleReason(lock({ "": {}, "node_modules/zod": zod }), installed)).toBe(reason);
  });

  test("a package for another platform may be absent", () => {
    const other = { ...zod, optional: true };
    expect(
      staleReason(
        lock({ "node_modules/zod": zod, "node_modules/@x/darwin": other }),
        lock({ "node_modules/zod": zod }),
      ),
    ).toBe("");
  });

  test("a package inside a package is named by its last part", () => {
    expect(staleReason(lock({ "node_modules/a/node_modules/@b/c": zod }), lock({}))).toBe("@b/c is missing");
  });
});
