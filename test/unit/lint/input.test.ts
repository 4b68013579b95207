import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { readInputs } from "../../../lint/input.ts";

let folder = "";
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "lint-input-"));
  mkdirSync(join(folder, "conf"));
  mkdirSync(join(folder, "none"));
  writeFileSync(join(folder, "conf/collector.yaml"), "receivers: {}\n");
  writeFileSync(join(folder, "empty.yaml"), "# nothing yet\n\n");
  writeFileSync(join(folder, "binary.yaml"), Buffer.from([0x7f, 0x45, 0x4c, 0x46, 0, 1]));
  writeFileSync(join(folder, "utf16.yaml"), Buffer.from("\ufeffreceivers: {}\n", "utf16le"));
});
afterAll(() => rmSync(folder, { recursive: true }));

test("a file is read from the folder in which its name was typed", () => {
  expect(readInputs(["conf/collector.yaml"], folder)).toEqual([
    { name: "conf/collector.yaml", text: "receivers: {}\n" },
  ]);
});

test("an empty overlay is read", () => {
  expect(readInputs(["conf/collector.yaml", "empty.yaml"], folder).map(({ name }) => name)).toEqual([
    "conf/collector.yaml",
    "empty.yaml",
  ]);
});

test.each([
  [
    "conf/colector.yaml",
    "conf/colector.yaml does not exist: looked for FOLDER/conf/colector.yaml; did you mean conf/collector.yaml?",
  ],
  [
    "conf/other.json",
    "conf/other.json does not exist: looked for FOLDER/conf/other.json; write the path from FOLDER, or the whole path.",
  ],
  [
    "config/a.yaml",
    "config/a.yaml does not exist: looked for FOLDER/config/a.yaml; there is no folder FOLDER/config either; write the path from FOLDER, or the whole path.",
  ],
  [
    "empty.yaml/a.yaml",
    "empty.yaml/a.yaml does not exist: looked for FOLDER/empty.yaml/a.yaml; there is no folder FOLDER/empty.yaml either; write the path from FOLDER, or the whole path.",
  ],
  ["conf", "conf is a folder: name what is read together, in its order, for example conf/collector.yaml."],
  ["none", "none is a folder: it has no YAML; name the file itself."],
  ["empty.yaml", "empty.yaml is empty: a configuration has receivers, exporters and service."],
  ["binary.yaml", "binary.yaml is no text (it has bytes of zero): name the YAML file."],
  ["utf16.yaml", "utf16.yaml is UTF-16, which the collector does not read: save it as UTF-8."],
])("%s", (name, message) => {
  expect(() => readInputs([name], folder)).toThrow(`lint:collector: ${message.replaceAll("FOLDER", folder)}`);
});
