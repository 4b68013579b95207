import { expect, test } from "vitest";
import { adviceFor as advice, envRemark, type Folder, type Sources } from "../../../adopt/missing-values.ts";

const folder = (...names: readonly string[]) => ({
  list: (path: string) => (path === "/shop" ? names : []),
  shown: (path: string) => path,
});
/** Compose's first file with this text, and a shell without variables. */
const compose = (text = "", more: Partial<Sources> = {}): Sources => ({
  folder: "/shop",
  composeFiles: ["/shop/compose.yaml"],
  read: (file) => (file === "/shop/compose.yaml" ? text : undefined),
  variable: () => undefined,
  ...more,
});
const adviceFor = (said: string, where: Folder, sources = compose()) => advice(said, sources, where);
const missing = "env file /shop/.env not found: stat /shop/.env: no such file or directory";
const copy = (from: string, to = ".env") =>
  ` Before anything else: run "cp /shop/${from} /shop/${to}", and fill it in as the project's own instructions say.`;

test.each([[".env.example"], [".env.dist"], ["example.env"], ["env.template"], ["prod.env.sample"]])(
  "a missing .env is made from %s",
  (sample) => {
    expect(adviceFor(missing, folder("compose.yaml", sample))).toBe(copy(sample));
  },
);

test("of several samples the one of its own name is taken", () => {
  const said = missing.replaceAll(".env", "app.env");
  expect(adviceFor(said, folder(".env.example", "app.env.example"))).toBe(copy("app.env.example", "app.env"));
  expect(adviceFor(said.replaceAll("app.env", "env_file_app"), folder("env_file_app_template"))).toBe(
    copy("env_file_app_template", "env_file_app"),
  );
});

test("a sample of another name is taken where it is the only one", () => {
  const said = missing.replaceAll("/.env", "/shop.env");
  expect(adviceFor(said, folder("example.env"))).toBe(copy("example.env", "shop.env"));
  expect(adviceFor(said, folder("example.env", "db.env.example"))).toBe(
    " Before anything else: make /shop/shop.env as the project's own instructions say, from one of /shop/example.env, /shop/db.env.example.",
  );
  expect(adviceFor(said, folder("example.env", "db.env.example", "db.env"))).toBe(copy("example.env", "shop.env"));
});

test("without a sample the project's instructions are named", () => {
  expect(adviceFor(missing, folder("compose.yaml"))).toBe(
    " Before anything else: make /shop/.env as the project's own instructions say.",
  );
});

test("a refusal because of variables names them all, and where they are given", () => {
  const said =
    'level=warning msg="The \\"DATA\\" variable is not set. Defaulting to a blank string."\nerror: required variable PASSWORD is missing a value: set it';
  expect(adviceFor(said, folder(".env.example"))).toBe(
    ' Without a value are PASSWORD, DATA: run "cp /shop/.env.example /shop/.env", and fill it in as the project\'s own instructions say.',
  );
  expect(adviceFor(said, folder(".env"))).toBe(" Without a value are PASSWORD, DATA: give them in /shop/.env.");
  expect(adviceFor("service web has neither an image nor a build context", folder())).toBe("");
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

test("all files that are not there are named at once, whichever services want them", () => {
  const text = `
x-app: &app { env_file: [.env, other.env] }
services:
  web: { <<: *app }
  db: { env_file: db.env }
  job: { env_file: [{ path: job.env }, { path: local.env, required: false }, "\${WHERE}/x.env"] }
  mail: { env_file: there.env }
`;
  expect(adviceFor(missing, folder("compose.yaml", ".env.example", "db.env.sample", "there.env"), compose(text))).toBe(
    ' Before anything else: run "cp /shop/.env.example /shop/.env" and "cp /shop/db.env.sample /shop/db.env", and fill them in as the project\'s own instructions say; make /shop/other.env as the project\'s own instructions say, from one of /shop/.env.example, /shop/db.env.sample; make /shop/job.env as the project\'s own instructions say, from one of /shop/.env.example, /shop/db.env.sample.',
  );
});

test("a file that Compose cannot read either names nothing more", () => {
  expect(adviceFor(missing, folder(".env.example"), compose("services: [\n"))).toBe(copy(".env.example"));
});

test("with a file that is not there, variables without a value are named in the same run", () => {
  const said = `level=warning msg="The \\"TAG\\" variable is not set. Defaulting to a blank string."\n${missing}`;
  expect(adviceFor(said, folder(".env.example"))).toBe(`${copy(".env.example")} Without a value is TAG.`);
});

test("all variables that must have a value are named at once", () => {
  const text = `
# \${NOT_THIS:?}
services:
  web: { environment: { A: "\${FIRST:?set it}", B: "\${SECOND?}", C: "\${GIVEN:?}", D: "$\${ESCAPED:?}", E: "\${SHELL_HAS:?}", F: "\${EMPTY:?}" } }
`;
  const files: Readonly<Record<string, string>> = {
    "/shop/compose.yaml": text,
    "/shop/.env": "GIVEN=yes\nEMPTY=\n",
  };
  const sources = compose("", {
    read: (file) => files[file],
    variable: (name) => (name === "SHELL_HAS" ? "x" : undefined),
  });
  expect(adviceFor("required variable FIRST is missing a value: set it", folder(".env"), sources)).toBe(
    " Without a value are FIRST, SECOND, EMPTY: give them in /shop/.env.",
  );
});

test("a file of the application's name may be the sample", () => {
  expect(adviceFor(missing, folder("compose.yaml", "shop.env"))).toBe(
    " Before anything else: make /shop/.env as the project's own instructions say, perhaps from /shop/shop.env.",
  );
});

test("a file that only adds to another is to be named behind it", () => {
  const said = 'service "web" has neither an image nor a build context specified: invalid compose project';
  const sources = compose("", { composeFiles: ["/shop/docker-compose.prod.yml"] });
  expect(adviceFor(said, folder("docker-compose.yml", "docker-compose.prod.yml"), sources)).toBe(
    " Where it only adds to docker-compose.yml, name both: npm run adopt -- /shop/docker-compose.yml /shop/docker-compose.prod.yml.",
  );
  expect(adviceFor(said, folder("docker-compose.prod.yml"), sources)).toBe("");
  expect(
    adviceFor(
      'service "web" refers to undefined network net',
      folder("compose-net.yml.example", "compose-db.yaml"),
      sources,
    ),
  ).toBe(" Where it belongs to others there (compose-db.yaml, compose-net.yml.example), name them together.");
});
