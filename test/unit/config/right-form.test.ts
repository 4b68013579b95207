import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import { z } from "zod";
import { parseSettings } from "../../../config/parse.ts";
import { plainKeys } from "../../../config/schema.ts";

/** What stands in another form than a key takes is refused with the same in the form that it does take. */
const problems = (values: Readonly<Record<string, unknown>>) =>
  parseSettings({
    stack: "mine",
    values: Object.fromEntries(
      Object.entries(values).map(([key, value]) => [key, typeof value === "string" ? value : JSON.stringify(value)]),
    ),
    secretKeys: new Set(),
  }).problems;
const shop = (more: object) => ({ services: [{ name: "shop", image: "shop:1", ...more }] });

describe("a value of a service in another form", () => {
  const ROWS: readonly (readonly [key: string, typed: unknown, shown: string, set: string])[] = [
    ["publish", 8000, "{ port: 8000, as: 8000 }", "publish.port' 8000"],
    ["publish", "8080:80", "{ port: 80, as: 8080 }", "publish.port' 80"],
    ["publish", ["127.0.0.1:8080:80/tcp"], "{ port: 80, as: 8080 }", "publish.port' 80"],
    ["alsoPublish", "15672:15672", "[{port: 15672, as: 15672}]", "alsoPublish[0].port' 15672"],
    ["alsoPublish", { port: 1, as: 2 }, "[{port: 1, as: 2}]", "alsoPublish[0].port' 1"],
    ["command", "a b", "[a, b]", "command[0]' a"],
    ["command", `serve --name "a b" 'c d'`, "[serve, --name, a b, c d]", "command[0]' serve"],
    ["command", "migrate && serve", "[sh, -c, migrate && serve]", "command[0]' sh"],
    ["entrypoint", "/start.sh", "[/start.sh]", "entrypoint[0]' <value>"],
    ["health", "curl -f http://localhost/", "[curl, -f, http://localhost/]", "health[0]' curl"],
    [
      "health",
      "http://127.0.0.1/up",
      "[python, -I, -c, import urllib.request as r; r.urlopen('http://127.0.0.1/up')]",
      "health[0]' python",
    ],
    ["health", { test: ["CMD", "probe"], interval: "5s" }, "[probe]", "health[0]' probe"],
    ["health", { test: ["CMD-SHELL", "a || b"] }, "[sh, -c, a || b]", "health[0]' sh"],
    ["env", ["A=b", "C=d=e"], "{ A: b, C: d=e }", "env.A' b"],
    ["hosts", ["legacy:10.0.0.7"], "{ legacy: 10.0.0.7 }", "hosts.legacy' 10.0.0.7"],
    ["after", "db", "[db]", "after[0]' db"],
    ["after", { db: { condition: "service_healthy" } }, "[db]", "after[0]' db"],
    ["tmpfs", "/run", "[/run]", "tmpfs[0]' <value>"],
    ["browser", "ask", "{ consent: ask }", "browser.consent' ask"],
    ["memory", "512m", "256", "memory' 512"],
    ["cpus", "0.5", "0.5", "cpus' 0.5"],
  ];

  test.each(ROWS)("%s: %j", (key, typed, shown, set) => {
    const [sentence = "", ...others] = problems(shop({ [key]: typed }));
    expect(others).toEqual([]);
    expect(sentence).toContain(`services[0].${key}`);
    expect(sentence).toContain(`, such as ${shown}. Set it`);
    expect(sentence.endsWith(`pulumi config set --path 'services[0].${set}`)).toBe(true);
  });

  test.each(ROWS)("%s: %j, written as the sentence says, is taken", (key, typed) => {
    const [sentence = ""] = problems(shop({ [key]: typed }));
    const shown = /such as (.*)\. Set it/.exec(sentence)?.[1] ?? "";
    const own = problems(shop({ name: "shop", [key]: parse(shown) })).filter((line) => !line.includes("is no service"));
    expect(own.filter((line) => !line.includes("is asked of an nginx") && !line.includes("nginx"))).toEqual([]);
  });

  test.each(["http://127.0.0.1:8000/ok", "tcp://127.0.0.1:8000"])(
    "a health command that is the address %s is refused with a command that asks it",
    (address) => {
      expect(problems(shop({ health: [address] }))).toEqual([
        expect.stringContaining("Expected: a command that asks the address, from inside the container: [python, -I,"),
      ]);
    },
  );

  test.each([["/health"], ["/door", "health"], ["curl", "http://127.0.0.1:8000/ok"]])(
    "%s is a health command",
    (...health) => {
      expect(problems(shop({ health }))).toEqual([]);
    },
  );

  test("what is offered is nothing that would be refused as well", () => {
    for (const more of [{ capabilities: "ALL" }, { traced: "x" }, { aliases: "a b" }, { publish: 70_000 }])
      expect(problems(shop(more))[0]).not.toContain("such as");
  });

  test("a password in an address is not repeated", () => {
    const sentence = problems(shop({ command: "worker --broker amqp://u:hunter22@mq/" })).join();
    expect(sentence).toContain("[worker, --broker, amqp://***@mq/]");
    expect(sentence).not.toContain("hunter22");
  });
});

test("services by their names, as Compose has them", () => {
  expect(problems({ services: { web: { image: "web:1" }, db: { image: "db:2" } } })).toEqual([
    expect.stringContaining("a list, such as [{name: web, image: web:1}, {name: db, image: db:2}]. Set its items"),
  ]);
});

test("a name that has what the sentence of names once listed is told what it lacks", () => {
  expect(problems({ services: [{ name: "2fa", image: "a:1" }] })).toEqual([
    expect.stringContaining("Expected: a lower-case letter, then lower-case letters, digits and dashes"),
  ]);
});

describe("every key, with every kind of value, is refused in our words and once", () => {
  const VALUES = [
    null,
    true,
    5,
    -1.5,
    "",
    "text",
    "8000",
    "10%",
    "a b",
    [],
    ["x"],
    [1],
    [null],
    {},
    { x: 1 },
    [{ x: 1 }],
  ];

  /** Paths of a schema as far as objects and lists go. */
  function pathsOf(json: z.core.JSONSchema.BaseSchema): readonly (readonly PropertyKey[])[] {
    const members = [json, ...(json.anyOf ?? []), ...(json.oneOf ?? [])] as z.core.JSONSchema.BaseSchema[];
    const inside = members.flatMap(({ properties = {}, items }) => [
      ...Object.entries(properties).map(([key, of]) => [key, of] as const),
      ...(typeof items === "object" && !Array.isArray(items) ? [[0, items] as const] : []),
    ]);
    return [
      [],
      ...inside.flatMap(([key, of]) =>
        pathsOf(of as z.core.JSONSchema.BaseSchema).map((rest): readonly PropertyKey[] => [key, ...rest]),
      ),
    ];
  }

  const at = (path: readonly PropertyKey[], value: unknown): unknown => {
    const [head, ...rest] = path;
    if (head === undefined) return value;
    return typeof head === "number" ? [at(rest, value)] : { [head]: at(rest, value) };
  };

  test.each(Object.entries(plainKeys))("%s", (key, schema) => {
    const paths = pathsOf(z.toJSONSchema(schema, { io: "input", unrepresentable: "any" }));
    for (const path of paths)
      for (const value of VALUES) {
        const said = problems({ [key]: at(path, value) });
        for (const sentence of said) {
          expect(sentence).not.toMatch(/invalid (string|input|type)|must match|received|\[object Object\]|undefined/i);
          expect(sentence).toMatch(/pulumi config (set|rm) |Pulumi\.mine\.yaml|, or |Remove |remove |Set |change it/);
        }
        const places = said.filter((line) => line.includes("is not valid")).map((line) => line.split(": ", 1)[0]);
        expect(new Set(places).size, said.join("\n")).toBe(places.length);
      }
  });
});
