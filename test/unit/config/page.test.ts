import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { z } from "zod";
import { plainKeys, SECRET_KEYS } from "../../../config/schema.ts";
import { service } from "../../../config/services.ts";
import { configurationPage, PAGE_OF } from "../../support/configuration-page.ts";

const docs = join(import.meta.dirname, "../../../docs");
const read = (page: string): string => readFileSync(join(docs, page), "utf8");

test("docs/configuration.md says every key and field, each with its docstring", () => {
  const written = configurationPage();
  if (process.env.UPDATE_GOLDEN === "1") writeFileSync(join(docs, "configuration.md"), written);
  else expect(read("configuration.md")).toBe(written);
});

test("every page that explains a key exists and names the key", () => {
  for (const [key, link] of Object.entries(PAGE_OF)) {
    const [page = ""] = link.split("#");
    expect([key, existsSync(join(docs, page))]).toEqual([key, true]);
    expect([key, page, read(page).includes(key)]).toEqual([key, page, true]);
  }
});

test("docs/services.md has a row for every field of a service", () => {
  const text = read("services.md");
  const rows = [...text.slice(0, text.indexOf("Without `instrumentation`")).matchAll(/^\| (`[^|]+) \|/gm)].flatMap(
    ([, cell = ""]) => [...cell.matchAll(/`([^`]+)`/g)].map(([, name = ""]) => name),
  );
  expect(rows.toSorted()).toEqual(Object.keys(service.shape).toSorted());
});

test("docs/existing-stores.md has a row for every field and secret of an existing store", () => {
  const text = read("existing-stores.md");
  const fields = (["postgres", "redis", "rabbitmq"] as const).flatMap((key) => {
    const json = JSON.stringify(z.toJSONSchema(plainKeys[key], { io: "input", unrepresentable: "any" }));
    return [...json.matchAll(/"([a-zA-Z]+)":\{(?:"default":[^,]+,)?"(?:type|anyOf|minLength|allOf)"/g)].map(
      ([, name = ""]) => name,
    );
  });
  const secrets = SECRET_KEYS.filter((key) => /^(postgres|redis|rabbitmq)/.test(key));
  expect([...new Set(fields), ...secrets].filter((name) => !new RegExp(`\`${name}[\`:]`).test(text))).toEqual([]);
});
