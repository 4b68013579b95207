import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { parseSettings } from "../../../config/parse.ts";

/**
 * Inputs of new users that once failed, each for a kind: what is right, the tests that hold it, and here further instances of the same kind.
 * A row without a test of its title fails.
 */
type Row = readonly [input: string, right: string, ...heldBy: (readonly [file: string, title: string])[]];

const PARSE = "test/unit/config/parse.test.ts";
const COLLISIONS = "test/program/collisions.test.ts";
const CONTENT = "test/unit/dashboards/content.test.ts";
const REFERENCES = "test/unit/components/references.test.ts";
const FORMS = "test/unit/config/right-form.test.ts";
const FUZZ = "test/collector/fuzz.real.ts";

const ROWS: readonly Row[] = [
  [
    "a pattern in another dialect than RE2",
    "refused",
    [PARSE, "a regular expression is judged as the collector reads it"],
    [FUZZ, "ten generated stack files: refused in sentences, or read by the real programs"],
  ],
  ["a pattern that matches an empty text", "refused", [PARSE, "that does not match an empty text"]],
  [
    "services of other names",
    "content follows the services",
    [CONTENT, "a stack of web, worker and a Node gateway without Redis"],
    [CONTENT, "of twenty services has a board, a rule of silence and objectives for each"],
    ["test/e2e/other-stack.test.ts", "every panel"],
  ],
  [
    "a name that something else has",
    "refused, naming both",
    [COLLISIONS, "a name that two things would have is refused, naming both"],
  ],
  [
    "a port that something else publishes",
    "refused, naming both",
    [COLLISIONS, "a port that two things would publish is refused, naming both"],
  ],
  ["an address that is none", "refused, naming the key", [PARSE, "an address"], [PARSE, "discord.com/api/x"]],
  ["a secret with a line break", "refused, not repeated", [PARSE, "is refused, and not repeated"]],
  [
    "a secret in plain text",
    "refused, saying how to encrypt it",
    [PARSE, "in plain text is refused, and not repeated"],
    ["test/unit/backends/sentences.test.ts", "a credential in plain configuration is refused, and not repeated"],
    ["test/unit/offline/stack-config.test.ts", "a secret in plain text in the stack file is refused, and not repeated"],
  ],
  [
    "a secret on the command line",
    "taken from the environment, or a file",
    ["test/unit/offline/secret-settings.test.ts", "is refused on the command line, which the sentence does not repeat"],
  ],
  [
    "an objective that no rule can judge",
    "warned of, the rule left out",
    ["test/program/warnings.test.ts", "a preview warns of rules that could never fire"],
    ["test/unit/dashboards/burn-windows.test.ts", "has the burn-rate rules that a share of failures can reach"],
  ],
  [
    "an existing Redis without a limit",
    "no alert of its fullness",
    [CONTENT, "judges Redis by fullness only where it is not known to evict, and never without a limit"],
    ["test/stores/plain.real.ts", "maxmemory"],
  ],
  [
    "a cache that is full",
    "judged by what it refuses",
    [CONTENT, "judges Redis by fullness only where it is not known to evict, and never without a limit"],
    ["test/stores/memory.real.ts", "a full Redis of our own evicts keys and lives"],
  ],
  ["a duration with a fraction", "whole units", [PARSE, "whole seconds, which Prometheus can read"]],
  [
    "a text that YAML 1.1 reads as something else",
    "quoted",
    ["test/unit/formats/yaml.test.ts", "by a reader of YAML %s, whatever it holds"],
    ["test/unit/formats/yaml.test.ts", "by PyYAML"],
  ],
  [
    "signs of addresses in a store's password",
    "percent-encoded",
    [REFERENCES, "a login is percent-encoded"],
    ["test/stores/tls.real.ts", "a service signs in to all three with what its environment got"],
  ],
  [
    "another backend, whose volumes are retained",
    "no warning of deleted data",
    ["test/unit/offline/comment.test.ts", "the data that is retained, and no secret"],
    ["test/unit/offline/comment.test.ts", "a protected volume that would go is refused"],
  ],
  [
    "a nested key that is misspelt, a list given as text",
    "the nested key, the nearest name, a command that mends",
    [PARSE, "what is wrong is named by its own key, with the nearest one"],
  ],
  [
    "a stack whose name begins with another's, a second checkout",
    "each has its own",
    ["test/unit/start/owner.test.ts", "a stack whose name begins with ours"],
    ["test/unit/start/owner.test.ts", "another checkout's stack of the same name"],
    ["test/e2e/06-neighbours.test.ts", "is started beside ours, which it leaves as it is"],
  ],
  ["an old Node", "one sentence", ["test/unit/start/before-program.test.ts", "20.20.2"]],
  [
    "a switch that is off, on every backend",
    "what needs it vanishes",
    [CONTENT, "shows and judges nothing whose source is off, and says so to every backend"],
    ["test/program/matrix.test.ts", "has every backend with every value of every switch"],
    ["test/program/absent-stores.test.ts", "has no receiver and no secret of it in the collector"],
  ],
  [
    "a service's own secret",
    "in its environment and nowhere else",
    ["test/program/secrets.test.ts", "arrives in its environment, and stays secret in everything that is recorded"],
    ["test/program/secrets.test.ts", "reaches Compose by its file of secrets, never by compose.yaml"],
    ["test/program/secrets.test.ts", "a value that is encrypted inside services"],
  ],
  [
    "a reference to a part of a store",
    "its part, or refused",
    [REFERENCES, "each part of a store is itself"],
    [REFERENCES, "that nobody provides is refused, and says how to write it as text"],
    [REFERENCES, "is no reference"],
  ],
  [
    "an image that does not fit the version",
    "one version, checked against the image's tag",
    [PARSE, "the collector's image and its version"],
  ],
  [
    "a rootless, remote or named engine",
    "its own socket; nothing that cannot work stops the collector",
    ["test/unit/config/engine.test.ts", "where containers find the engine's socket"],
    ["test/unit/config/engine.test.ts", "the engine of Docker's current context"],
    ["test/program/dev-stack.test.ts", "starts after the proxy that its receiver cannot start without"],
  ],
  [
    "an existing store of any kind",
    "works, or is refused",
    ["test/unit/config/stores.test.ts", "the host of an existing store"],
    ["test/stores/plain.real.ts", "a service reaches all three by IPv6"],
    ["test/stores/tls.real.ts", "a service signs in to all three with what its environment got"],
    ["test/program/absent-stores.test.ts", "a stack may have no store at all"],
  ],
  ["a number where a text is meant", "the text", [PARSE, "may be a number or true or false, and arrives as text"]],
  [
    "a value in another form",
    "refused, with what was typed in the form that it takes",
    [FORMS, "written as the sentence says, is taken"],
    [FORMS, "every key, with every kind of value, is refused in our words and once"],
  ],
  ["a field of Compose", "ours is named", [PARSE, "a service's %s is %s here"], [PARSE, "a service's volumes"]],
  [
    "a merge key of YAML",
    "read as the CLI reads it",
    ["test/unit/offline/stack-config.test.ts", "merge keys are resolved, as the CLI resolves them"],
  ],
  [
    "a stack trace of 60 frames",
    "whole, or cut in its middle where a backend has a limit",
    ["test/unit/pipeline/stack-traces.test.ts", "a backend without a limit gets every value whole"],
    ["test/unit/pipeline/stack-traces.test.ts", "keeps its beginning and its last lines"],
  ],
  [
    "a log record that Loki refuses",
    "cut to fit at that exit, and marked",
    ["test/collector/oversized.real.ts", "a log record that Loki would refuse arrives, cut and marked"],
  ],
  [
    "a damaged queue file",
    "renamed, one line, an alert",
    ["test/collector/damaged.real.ts", "a queue file that is damaged does not stop the collector for ever"],
    ["docs/outages.md", "A queue file that is damaged"],
  ],
];

const ROOT = fileURLToPath(new URL("../../../", import.meta.url));

describe("what failed once is right, and a test holds it", () => {
  test.each(ROWS)("%s: %s", (_input, _right, ...heldBy) => {
    expect(heldBy.length).toBeGreaterThan(0);
    for (const [file, title] of heldBy) expect(readFileSync(`${ROOT}${file}`, "utf8"), file).toContain(title);
  });
});

const settings = (values: Readonly<Record<string, unknown>>, secrets: Readonly<Record<string, string>> = {}) =>
  parseSettings({
    stack: "dev",
    values: Object.fromEntries(
      Object.entries({ ...values, ...secrets }).map(([key, value]) => [
        key,
        typeof value === "string" ? value : JSON.stringify(value),
      ]),
    ),
    secretKeys: new Set(Object.keys(secrets)),
  });
const service = (more: object) => ({ services: [{ name: "api", image: "a:1", ...more }] });
const problems = (values: Readonly<Record<string, unknown>>, secrets?: Readonly<Record<string, string>>) =>
  settings(values, secrets).problems;

describe("further instances: a number where a text is meant arrives as the text", () => {
  test("in a command, a health check, a version, a header, a name", () => {
    const { plain, problems } = settings({
      ...service({ command: ["serve", 8000, true], health: ["probe", 8000], version: 2, env: { A: 1, B: false } }),
      otlp: { endpoint: "https://a.example", headers: { "x-scope-orgid": 12 } },
      honeycomb: { team: 42 },
      privacy: { keep: [7] },
      alerts: { parkedQueues: [1] },
      rabbitmq: { managed: false, host: "mq", user: 1001, vhost: 3 },
    });
    expect(problems).toEqual([]);
    expect(plain.services[0]).toMatchObject({
      command: ["serve", "8000", "true"],
      health: ["probe", "8000"],
      version: "2",
      env: { A: "1", B: "false" },
    });
    expect(plain.otlp.headers).toEqual({ "x-scope-orgid": "12" });
    expect([plain.honeycomb.team, plain.privacy.keep, plain.alerts.parkedQueues]).toEqual(["42", ["7"], ["1"]]);
    expect(plain.rabbitmq).toMatchObject({ user: "1001", vhost: "3" });
  });

  test.each([
    ["services[0].version", service({ version: 1.5 })],
    ["services[0].command[0]", service({ command: [1.5] })],
    ["honeycomb.team", { honeycomb: { team: 2 ** 60 } }],
  ])("but is refused where its digits may have changed: %s", (key, values) => {
    expect(problems(values)).toEqual([
      expect.stringMatching(
        `^${key.replace(/[[\]]/g, "\\$&")}: .* Expected: a text in quotes, since a number like this one changes`,
      ),
    ]);
  });

  test("and is not made a text where a number, a list or a choice is meant", () => {
    expect(problems({ backend: 1, portOffset: "x", services: 5 }).map((line) => line.split(":", 1)[0])).toEqual([
      "backend",
      "services",
      "portOffset",
    ]);
  });
});

describe("further instances: a secret in plain text", () => {
  test.each(["alertWebhook", "postgresPassword", "otlpClientKey"])("%s is refused", (key) => {
    expect(problems({ [key]: "hunter22" })).toEqual([expect.stringMatching(`^${key}: is a secret in plain text`)]);
    expect(problems({ [key]: "hunter22" }).join()).not.toContain("hunter22");
  });

  test.each([
    ["elastic", "endpoint"],
    ["newRelic", "endpoint"],
    ["grafanaCloud", "apiUrl"],
    ["alerts", "runbooks"],
  ])("%s.%s with a login in the address is refused, and the login not repeated", (key, part) => {
    const sentences = problems({ [key]: { [part]: "https://reader:hunter22@a.example/x" } });
    expect(sentences).toEqual([
      expect.stringContaining(`${key}.${part}: "https://***@a.example/x" is not valid. Expected: an address without`),
    ]);
  });
});

describe("further instances: a pattern", () => {
  test.each(["a(?!b)", "(?>a)", "a++", "\\p{IsAlphabetic}", "(?i", "x{2001}", "\\Z"])("%s is not RE2", (pattern) => {
    expect(problems({ privacy: { patterns: [pattern] } })).toEqual([
      expect.stringMatching(/^privacy\.patterns\[0\]: .*RE2 syntax/),
    ]);
  });

  test.each(["(?:)", "x?", "^", "$", "(?m)^", "\\B", "[a-z]*", "(a|)", "a{0,3}"])("%s matches nothing", (pattern) => {
    expect(problems({ privacy: { patterns: [pattern] } })).toEqual([expect.stringContaining("an empty text")]);
  });
});

describe("further instances: an address, a secret's characters, a field of Compose", () => {
  test.each([
    ["grafanaCloud.checkUrl", { grafanaCloud: { checkUrl: "app.example" } }],
    ["alerts.runbooks", { alerts: { runbooks: "docs/runbooks" } }],
    ["newRelic.endpoint", { newRelic: { endpoint: "otlp.nr-data.net:4318" } }],
    ["grafanaCloud.browserOrigins[0]", { grafanaCloud: { browserOrigins: ["*"] } }],
  ])("%s", (key, values) => {
    expect(problems(values)).toEqual([expect.stringContaining(`${key}: `)]);
    expect(problems(values)[0]).toContain("Expected: an address");
  });

  test.each(["honeycombApiKey", "redisPassword", "otlpAuth", "grafanaCloudToken", "alertWebhook"])(
    "%s with a carriage return, a tab or a NUL",
    (key) => {
      for (const value of ["https://a\rb", "https://a\tb", "https://a\0b"])
        expect(problems({}, { [key]: value })).toEqual([
          expect.stringMatching(`^${key}: holds a line break or a control`),
        ]);
    },
  );

  test.each([
    ["port", "publish"],
    ["secrets", "env"],
    ["cmd", "command"],
    ["build", "image"],
    ["mem_limit", "memory"],
  ])("%s is %s", (compose, ours) => {
    expect(problems(service({ [compose]: "x" }))).toEqual([
      expect.stringContaining(`services[0].${compose}: no such key; did you mean services[0].${ours}?`),
    ]);
  });
});

test("further instances: advice that is followed word by word does not meet the same sentence", () => {
  const wrong = { privacy: { patterns: "x" }, extraBackends: "lgtm", sampling: "tail", content: "a.ts" };
  expect(
    problems(wrong)
      .map((line) => line.replace(/^.*(pulumi config set)/, "$1"))
      .sort(),
  ).toEqual([
    "pulumi config set --path 'content[0]' a.ts",
    "pulumi config set --path 'extraBackends[0]' lgtm",
    "pulumi config set --path 'privacy.patterns[0]' x",
    "pulumi config set --path 'sampling.mode' tail",
  ]);
});
