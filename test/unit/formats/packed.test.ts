import { gunzipSync } from "node:zlib";
import { expect, test } from "vitest";
import { packed } from "../../../formats/packed.ts";

const TEXT = `${"every board, again and again ".repeat(50)}μs → café`;

test("a packed text is shorter, and the same on every machine and day", () => {
  expect(packed(TEXT).length).toBeLessThan(TEXT.length / 5);
  expect(packed("one text")).toBe("H4sIAAAAAAAAA8vPS1UoSa0oAQDwk1c0CAAAAA==");
});

test("what gunzip makes of it is the text", () => {
  expect(gunzipSync(Buffer.from(packed(TEXT), "base64")).toString("utf8")).toBe(TEXT);
});
