import * as pulumi from "@pulumi/pulumi";
import { setMocks } from "@pulumi/pulumi/runtime/index.js";
import { beforeAll, describe, expect, test } from "vitest";
import type { Datastore } from "../../../components/datastores/store.ts";
import { login } from "../../../components/datastores/store.ts";
import { partsOf, References } from "../../../components/references.ts";

beforeAll(async () => {
  const newResource = ({ name, inputs }: pulumi.runtime.MockResourceArgs) => ({
    id: name,
    state: { ...inputs, result: `generated-${name}` },
  });
  await setMocks({ newResource, call: () => ({}) }, "project", "dev");
});

const value = <T>(output: pulumi.Input<T>): Promise<T> =>
  new Promise((resolve) => pulumi.output(output).apply((known) => resolve(known as T)));

const postgres: Datastore = {
  parts: { login: "app:p%40ss@db:5432/games", host: "db", port: "5432", password: pulumi.secret("p@ss") },
  path: "games",
  source: { kind: "rabbitmq", endpoint: "unused" },
  secrets: {},
  ready: [],
};

const fill = (text: string) => {
  const references = new References("references", {
    stores: { postgres },
    texts: [text],
    secrets: { token: pulumi.secret("t0ken") },
  });
  return value(references.fill("api", { URL: text }).URL ?? "");
};

const refusal = (text: string): string => {
  try {
    new References("references", { stores: { postgres }, secrets: {}, texts: [text] }).fill("api", { URL: text });
  } catch (error) {
    expect(error).toBeInstanceOf(pulumi.RunError);
    return (error as Error).message;
  }
  return "accepted";
};

describe("a reference in an environment", () => {
  test.each([
    ["each part of a store is itself", "{postgres.host}|{postgres.port}|{postgres.password}", "db|5432|p@ss"],
    [
      "a login is percent-encoded",
      "postgresql://{postgres.login}?ssl=true",
      "postgresql://app:p%40ss@db:5432/games?ssl=true",
    ],
    ["a generated secret", "{random.api-key}", "generated-random-api-key"],
    ["the stack's own secret", "Bot {secret.token}", "Bot t0ken"],
    ["two braces stand for the text itself", "{{postgres.host}} {{extra.user}}", "{postgres.host} {extra.user}"],
    ["Loguru's format is left as it is", "{time:YYYY-MM-DD} {level} {message}", "{time:YYYY-MM-DD} {level} {message}"],
    ["two braces around a store's name", "{{postgres}} {{ postgres }}", "{postgres} {{ postgres }}"],
    ["JSON is left as it is", '{"a":{"b":1}}', '{"a":{"b":1}}'],
    ["templates are left as they are", "{{ name }} {} {{}} $HOME", "{{ name }} {} {{}} $HOME"],
  ])("%s", async (_, text, filled) => {
    expect(await fill(text)).toBe(filled);
  });

  test("of a part that the store does not have is refused, naming those it has", () => {
    expect(refusal("{postgres.passwrd}")).toBe(
      "services.api.env.URL: {postgres.passwrd} names nothing. Allowed: {postgres.login}, {postgres.host}, {postgres.port}, {postgres.password}; mend it in Pulumi.dev.yaml",
    );
  });

  test("of a store that this stack does not have is refused", () => {
    expect(refusal("redis://{redis.login}/0")).toBe(
      "services.api.env.URL: {redis.login} cannot be filled, since this stack has redis: none; mend it in Pulumi.dev.yaml",
    );
  });

  test("of a secret that is not set says how to set it", () => {
    expect(refusal("{secret.token}")).toBe(
      "services.api.env.URL: {secret.token} is not set. Set it with: pulumi config set --secret --path 'secrets.token'",
    );
  });

  test("that nobody provides is refused, and says how to write it as text", () => {
    expect(refusal("{extra.user}")).toBe(
      "services.api.env.URL: {extra.user} names nothing. Allowed: {postgres.login}, {random.<name>}, {secret.<name>}; for this text itself write {{extra.user}}; mend it in Pulumi.dev.yaml",
    );
  });

  test.each(["{postgres}", "{ postgres.host }", "{Redis.host:6379}", "{secret}", "{random.}", "redis://{rabbitmq}/0"])(
    "that is written by halves, such as %s, is refused",
    (text) => {
      expect(refusal(text)).toMatch(
        /^services\.api\.env\.URL: \{.*\} is no reference\. Write one as \{postgres\.login\} or \{secret\.<name>\}, without blanks;/,
      );
    },
  );

  test("in a command is refused, since nothing is filled there", () => {
    const references = new References("references", { stores: { postgres }, secrets: {}, texts: [] });
    expect(() => references.refuseIn("services[0].command", ["serve", "--db={postgres.login}"])).toThrow(
      "services[0].command[1]: {postgres.login} is filled in env only.",
    );
    references.refuseIn("services[0].command", ["--format={extra.user}", "{{postgres.host}}", "{}"]);
  });

  test("whose path would be followed by a second one is refused", () => {
    expect(refusal("postgresql://{postgres.login}/other")).toBe(
      "services.api.env.URL: {postgres.login} ends with /games already, so /other after it names another; remove it in Pulumi.dev.yaml",
    );
  });
});

test("a text is cut into references and what is between them", () => {
  expect(partsOf("a://{postgres.login}?x={random.api-key}&y={Z.1}{}")).toEqual([
    "a://",
    { provider: "postgres", name: "login" },
    "?x=",
    { provider: "random", name: "api-key" },
    "&y={Z.1}{}",
  ]);
});

describe("a login", () => {
  test.each([
    [{ host: "db", port: 5432, user: "app", password: "secret", path: "games" }, "app:secret@db:5432/games"],
    [{ host: "fd00::5", port: 6379 }, "[fd00::5]:6379"],
    [{ host: "mq", port: 5671, user: "a@b c", password: "p@ss/w:rd#%$ \"'\\", path: "/prod" }, undefined],
    [{ host: "cache", port: 6379, password: "secret" }, ":secret@cache:6379"],
    [{ host: "cache", port: 6379, user: "app" }, "app@cache:6379"],
  ])("%j", async (at, expected) => {
    const text = await value(login(at));
    if (expected !== undefined) expect(text).toBe(expected);
    const url = new URL(`scheme://${text}`);
    expect({
      host: url.hostname.replace(/^\[|\]$/g, ""),
      port: Number(url.port),
      user: decodeURIComponent(url.username),
      password: decodeURIComponent(url.password),
      path: decodeURIComponent(url.pathname.slice(1)),
    }).toEqual({ user: "", password: "", path: "", ...at });
  });
});
