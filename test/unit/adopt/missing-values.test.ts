import { expect, test } from "vitest";
import { adviceFor, envRemark } from "../../../adopt/missing-values.ts";

const folder = (...names: readonly string[]) => ({
  list: (path: string) => (path === "/shop" ? names : []),
  shown: (path: string) => path,
});
const missing = "env file /shop/.env not found: stat /shop/.env: no such file or directory";
const copy = (from: string, to = ".env") =>
  ` Before anything else: run "cp /shop/${from} /shop/${to}", and fill it in as the project's own instructions say.`;

test.each([[".env.example"], [".env.dist"], ["example.env"], ["env.template"], ["prod.env.sample"]])(
  "a missing .env is made from %s",
  (sample) => {
    expect(adviceFor(missing, "/shop", folder("compose.yaml", sample))).toBe(copy(sample));
  },
);

test("of several samples the one of its own name is taken", () => {
  const said = missing.replaceAll(".env", "app.env");
  expect(adviceFor(said, "/shop", folder(".env.example", "app.env.example"))).toBe(copy("app.env.example", "app.env"));
  expect(adviceFor(said.replaceAll("app.env", "env_file_app"), "/shop", folder("env_file_app_template"))).toBe(
    copy("env_file_app_template", "env_file_app"),
  );
});

test("a sample of another name is taken where it is the only one", () => {
  const said = missing.replaceAll("/.env", "/shop.env");
  expect(adviceFor(said, "/shop", folder("example.env"))).toBe(copy("example.env", "shop.env"));
  expect(adviceFor(said, "/shop", folder("example.env", "db.env.example"))).toBe(
    " Before anything else: make /shop/shop.env as the project's own instructions say, from one of /shop/example.env, /shop/db.env.example.",
  );
  expect(adviceFor(said, "/shop", folder("example.env", "db.env.example", "db.env"))).toBe(
    copy("example.env", "shop.env"),
  );
});

test("without a sample the project's instructions are named", () => {
  expect(adviceFor(missing, "/shop", folder("compose.yaml"))).toBe(
    " Before anything else: make /shop/.env as the project's own instructions say.",
  );
});

test("a refusal because of variables names them all, and where they are given", () => {
  const said =
    'level=warning msg="The \\"DATA\\" variable is not set. Defaulting to a blank string."\nerror: required variable PASSWORD is missing a value: set it';
  expect(adviceFor(said, "/shop", folder(".env.example"))).toBe(
    ' Without a value are PASSWORD, DATA: run "cp /shop/.env.example /shop/.env", and fill it in as the project\'s own instructions say.',
  );
  expect(adviceFor(said, "/shop", folder(".env"))).toBe(
    " Without a value are PASSWORD, DATA: give them in /shop/.env.",
  );
  expect(adviceFor("service web has neither an image nor a build context", "/shop", folder())).toBe("");
});

test("a project that is read without its .env is told of the sample", () => {
  const warnings = ['The "TAG" variable is not set. Defaulting to a blank string.'];
  expect(envRemark(warnings, "/shop", folder(".env.example"))).toEqual([
    'there is no /shop/.env, which Docker Compose takes variables from: run "cp /shop/.env.example /shop/.env", and fill it in as the project\'s own instructions say, then adopt again',
  ]);
  expect(envRemark(warnings, "/shop", folder(".env", ".env.example"))).toEqual([]);
  expect(envRemark(warnings, "/shop", folder("db.example.env", "db.env"))).toEqual([]);
  expect(envRemark(warnings, "/shop", folder())).toEqual([]);
  expect(envRemark([], "/shop", folder(".env.example"))).toEqual([]);
});
