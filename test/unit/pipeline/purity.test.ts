import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";

const folder = join(import.meta.dirname, "../../../pipeline");
const files = readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((file) => file.endsWith(".ts"));

test("the pipeline imports its own files and a YAML library, nothing else", () => {
  const foreign = files.flatMap((file) =>
    [...readFileSync(join(folder, file), "utf8").matchAll(/^(?:import|export|\}) .*from "([^"]+)";$/gm)]
      .map(([, specifier = ""]) => specifier)
      .filter((specifier) => specifier !== "yaml" && !/^\.{1,2}\/[\w./-]+\.ts$/.test(specifier))
      .map((specifier) => `${file} imports ${specifier}`),
  );
  expect(foreign).toEqual([]);
});

test("no file of it has more than 250 lines", () => {
  const long = files.filter((file) => readFileSync(join(folder, file), "utf8").split("\n").length > 250);
  expect(long).toEqual([]);
});
