import { describe, expect, test } from "vitest";
import { parseSettings } from "../../../config/parse.ts";

const wire = (value: unknown) => (typeof value === "string" ? value : JSON.stringify(value));

/** What is wrong with a stack of these settings; `secrets` are encrypted in its file. */
const problems = (values: Record<string, unknown>, secrets: Record<string, unknown> = {}): readonly string[] =>
  parseSettings({
    stack: "dev",
    values: Object.fromEntries(Object.entries({ ...values, ...secrets }).map(([key, value]) => [key, wire(value)])),
    secretKeys: new Set(Object.keys(secrets)),
  }).problems;

const services = (...list: readonly object[]) => ({
  services: list.map((one) => ({ name: "api", image: "a:1", ...one })),
});

describe("a text of the collector's configuration holds no reference, which would be sent as it stands", () => {
  const REFERENCE = "${" + "env:HOST}";
  test.each([
    ["otlp.endpoint", { otlp: { endpoint: `https://a.example/${REFERENCE}` } }],
    ["elastic.endpoint", { elastic: { endpoint: `https://a.example/${REFERENCE}` } }],
    ["otlp.headers.x-tenant", { otlp: { headers: { "x-tenant": REFERENCE } } }],
    ["hostName", { hostName: REFERENCE }],
    ["privacy.keep[0]", { privacy: { keep: [REFERENCE] } }],
    ["postgres.database", { postgres: { managed: false, host: "db", user: "a", database: REFERENCE } }],
  ])("%s", (key, values) => {
    expect(problems(values)).toEqual([
      expect.stringMatching(
        `^${key.replace(/[.[\]]/g, "\\$&")}: ".+" is not valid. Expected: a text without [$][{][.]{3}[}], which nothing resolves there; give the value itself`,
      ),
    ]);
  });

  test("a single dollar is a letter like any other", () => {
    expect(problems({ hostName: "a$b", otlp: { headers: { "x-tenant": "$1" } } })).toEqual([]);
  });
});

test.each([
  [["jaeger", "lgtm"], 1, "lgtm is backend already"],
  [["jaeger", "otlp", "jaeger"], 2, "jaeger stands there twice"],
])("a backend is named once: extraBackends %j beside lgtm", (extraBackends, at, why) => {
  expect(problems({ backend: "lgtm", extraBackends, otlp: { endpoint: "https://otlp.example" } })).toEqual([
    `extraBackends: ${why}. Allowed: each backend once; name another one with: pulumi config set --path 'extraBackends[${at}]' <backend>; or remove it with: pulumi config rm --path 'extraBackends[${at}]'`,
  ]);
});

describe("a contact that no backend of the stack notifies", () => {
  const asked = (contact: string, backend: string, extraBackends: readonly string[] = []) =>
    problems({ backend, extraBackends, alerts: { contact } });

  test.each([
    ["webhook", "datadog", "grafana-cloud, new-relic, honeycomb, jaeger, lgtm"],
    ["slack", "elastic", "grafana-cloud, new-relic, honeycomb, jaeger, lgtm"],
    ["email", "otlp", "grafana-cloud, new-relic, honeycomb, jaeger"],
    ["email", "lgtm", "grafana-cloud, new-relic, honeycomb, jaeger"],
  ])("is refused: %s on %s", (contact, backend, able) => {
    expect(asked(contact, backend)).toEqual([
      `alerts.contact: "${contact}" cannot be notified by ${backend}. Allowed: none, or one of ${able} as backend or among extraBackends. Notify nobody with: pulumi config set --path alerts.contact none`,
    ]);
  });

  test("is refused with every backend named", () => {
    expect(asked("email", "datadog", ["lgtm"])[0]).toContain('"email" cannot be notified by datadog or lgtm. ');
  });

  test("is accepted where one of several backends notifies it, and as none everywhere", () => {
    expect(asked("email", "datadog", ["new-relic"])).toEqual([]);
    expect(asked("none", "otlp")).toEqual([]);
  });

  test.each(["discord", "slack", "webhook"])("is accepted on jaeger as %s", (contact) => {
    expect(asked(contact, "jaeger")).toEqual([]);
  });

  test("is refused as e-mail on jaeger without a mail server, also where another backend would send it", () => {
    const sentence =
      "alerts.smtp: not set, but backend jaeger sends the e-mails of alerts.contact email by a mail server of yours. Set it with: pulumi config set --path alerts.smtp.server <host>:587, and alerts.smtp.from likewise";
    expect(asked("email", "jaeger")).toEqual([sentence]);
    expect(asked("email", "grafana-cloud", ["jaeger"])).toEqual([sentence]);
    const smtp = { server: "smtp.example.com:587", from: "alerts@example.com" };
    expect(problems({ backend: "jaeger", alerts: { contact: "email", smtp } })).toEqual([]);
  });
});

describe("a mail server", () => {
  const given = (smtp: Record<string, unknown>) =>
    problems({ alerts: { smtp: { server: "smtp.example.com:587", from: "alerts@example.com", ...smtp } } });

  test.each(["smtp.example.com:587", "10.0.0.7:25", "[fd00::7]:465", "mail:1025"])("may be %s", (server) => {
    expect(given({ server })).toEqual([]);
  });

  test.each([
    "smtp.example.com",
    "smtp://smtp.example.com:587",
    "user@smtp.example.com:587",
    "smtp.example.com:0",
    "smtp.example.com:70000",
    "a.example.com:25, b.example.com:25",
    "fd00::7",
    "smtp.example.com:587/",
    ":587",
  ])("may not be %s: one host with its port is asked for", (server) => {
    expect(given({ server })).toEqual([
      `alerts.smtp.server: ${JSON.stringify(server)} is not valid. Expected: a host with its port and nothing else, such as smtp.example.com:587. Set it with: pulumi config set --path 'alerts.smtp.server' <value>`,
    ]);
  });

  test("sends from one address, and has no other keys", () => {
    expect(given({ from: "a@example.com, b@example.com" })).toEqual([
      `alerts.smtp.from: "a@example.com, b@example.com" is not valid. Expected: an e-mail address. Set it with: pulumi config set --path 'alerts.smtp.from' <value>`,
    ]);
    expect(given({ host: "x" })).toEqual([
      "alerts.smtp.host: no such key. Allowed: server, from, user, requireTls. Remove it with: pulumi config rm --path 'alerts.smtp.host'",
    ]);
    expect(given({ password: "x" })).toEqual([
      expect.stringMatching(/^alerts\.smtp\.password: no such key.* Allowed: server, from, user, requireTls\./),
    ]);
  });

  test("an address list in one text is refused where it stands", () => {
    expect(problems({ alerts: { email: ["a@example.com, b@example.com"] } })).toEqual([
      `alerts.email[0]: "a@example.com, b@example.com" is not valid. Expected: an e-mail address. Set it with: pulumi config set --path 'alerts.email[0]' <value>`,
    ]);
  });
});

test("a dead-man's switch that no backend of the stack posts is refused", () => {
  const asked = (backend: string, heartbeatWebhook = "https://ping.example/1") =>
    problems({ backend }, { heartbeatWebhook });
  expect(asked("jaeger")).toEqual([]);
  // a preview with dummies gives every secret one
  expect(asked("datadog", "dummy-secret-heartbeatWebhook")).toEqual([]);
  expect(asked("datadog")).toEqual([
    "heartbeatWebhook: is set, but datadog cannot post the dead-man's switch. Allowed: one of jaeger as backend or among extraBackends. Remove it with: pulumi config rm heartbeatWebhook",
  ]);
});

test("a dead-man's switch that stands for one in a preview is refused nowhere", () => {
  expect(problems({ backend: "datadog" }, { heartbeatWebhook: "dummy-secret-1" })).toEqual([]);
});

test.each([
  [{ budget: { usd: -1 } }, "budget.usd: -1 is not valid. Allowed: at least 0."],
  [{ budget: { series: 0 } }, "budget.series: 0 is not valid. Allowed: above 0."],
  [{ budget: { perMonth: 50 } }, "budget.perMonth: no such key. Allowed: usd, gigabytes, series, events."],
  [{ budget: 50 }, "budget: 50 is not valid. Expected: an object."],
  [{ traffic: { requests: "many" } }, 'traffic.requests: "many" is not valid. Expected: a number.'],
])("a budget or traffic that is none is refused: %o", (values, sentence) => {
  expect(problems(values)).toEqual([expect.stringContaining(sentence)]);
});

test("half of a character, which no rule of Prometheus can carry, is refused where it stands", () => {
  expect(problems({ alerts: { parkedQueues: ["dlq", "\ud800"] } })).toEqual([
    expect.stringMatching(/^alerts\.parkedQueues\[1\]: ".+" is not valid\. Expected: a text without line breaks/),
  ]);
});

test.each([
  ["honeycomb.team", { honeycomb: { team: [] } }, "[]", "Expected: a text"],
  ["honeycomb.team", { honeycomb: { team: "" } }, '""', "Allowed: at least 1 character"],
  [
    "services[0].command[0]",
    services({ command: ["\ud800"] }),
    String.raw`"\ud800"`,
    "Expected: a text without NUL characters and unpaired surrogates",
  ],
])("%s is refused once, with what is allowed: %o", (key, values, shown, allowed) => {
  expect(problems(values)).toEqual([
    `${key}: ${shown} is not valid. ${allowed}. Set it with: pulumi config set --path '${key}' <value>`,
  ]);
});

describe("what is wrong is named by its own key, with the nearest one", () => {
  test.each([
    [
      { grafanaCloud: { slugg: "x" } },
      "grafanaCloud.slugg: no such key; did you mean grafanaCloud.slug? Allowed: slug, region, create, deleteProtection, browserOrigins, checkUrl, apiUrl, stackUrl. Remove it with: pulumi config rm --path 'grafanaCloud.slugg'",
    ],
    [
      { honeycomb: { zzzz: 1 } },
      "honeycomb.zzzz: no such key. Allowed: region, team, environment, environmentId, plan, metricsDataset, apiUrl, providerPath. Remove it with: pulumi config rm --path 'honeycomb.zzzz'",
    ],
    [
      { objectives: { "api-latency": 1 } },
      "objectives.api-latency: 1 is not valid. Allowed: below 1. Set it with: pulumi config set --path 'objectives.api-latency' <value>",
    ],
    [
      { alerts: { email: "a@b.co" } },
      "alerts.email: \"a@b.co\" is not valid. Expected: a list, such as [a@b.co]. Set its items one by one: pulumi config set --path 'alerts.email[0]' a@b.co",
    ],
    [
      { grafanaCloud: "games" },
      "grafanaCloud: \"games\" is not valid. Expected: an object. Set its fields one by one: pulumi config set --path 'grafanaCloud.slug' <value>",
    ],
    [
      { otlp: { headers: { "x y": "1" } } },
      'otlp.headers["x y"]: "x y" cannot be a name here. Expected: a header name: letters, digits and dashes. Remove it with: pulumi config rm --path \'otlp.headers["x y"]\'',
    ],
    [
      { services: [{ image: "a:1" }] },
      "services[0].name: not set, but needed. Expected: a text. Set it with: pulumi config set --path 'services[0].name' <value>",
    ],
    [
      { "b\nad": "1" },
      '["b\\nad"]: no such key. Remove it with: pulumi config rm ["b\\nad"] (Pulumi.yaml lists every key)',
    ],
  ])("%j", (values, sentence) => {
    expect(problems(values)).toEqual([sentence]);
  });

  test.each([
    ["ports", "publish"],
    ["environment", "env"],
    ["healthcheck", "health"],
    ["container_name", "name"],
    ["depends_on", "after"],
    ["extra_hosts", "hosts"],
    ["working_dir", "workingDir"],
    ["volume", "volumes"],
    ["commands", "command"],
  ])("a service's %s is %s here", (compose, ours) => {
    expect(problems(services({ [compose]: ["8000:8000"] }))).toEqual([
      expect.stringMatching(
        new RegExp(
          `^services\\[0\\]\\.${compose}: no such key; did you mean services\\[0\\]\\.${ours}\\? Allowed: name, kind, `,
        ),
      ),
    ]);
  });

  test("everything at once, a line each", () => {
    expect(
      problems({
        ...services({ ports: [1], memory: 1 }, { name: "API" }),
        backend: "honeycom",
        outageBudget: "long",
      }).map((sentence) => sentence.split(":", 1)[0]),
    ).toEqual(["backend", "outageBudget", "services[0].memory", "services[0].ports", "services[1].name"]);
  });
});

describe("a variable's value", () => {
  test("may be a number or true or false, and arrives as text", () => {
    const { plain } = parseSettings({
      stack: "dev",
      values: { services: wire(services({ env: { PORT: 8000, DEBUG: true, EMPTY: "" } }).services) },
      secretKeys: new Set(),
    });
    expect(plain.services[0]?.env).toEqual({ PORT: "8000", DEBUG: "true", EMPTY: "" });
  });

  test.each([
    ["1234567890123456789", "a Discord id, whose last digits JavaScript loses"],
    ["1.10", "a version, which YAML shortens to 1.1"],
  ])("%s must be quoted: %s", (number) => {
    const text = `[{"name":"api","image":"a:1","env":{"ID":${number}}}]`;
    expect(problems({ services: text })).toEqual([
      expect.stringMatching(
        /^services\[0\]\.env\.ID: .* Expected: a text in quotes, since a number like this one changes/,
      ),
    ]);
  });

  test("may not hold NUL", () => {
    expect(problems(services({ env: { A: "a\0b" } }))).toEqual([
      expect.stringContaining('services[0].env.A: "a\\u0000b" is not valid. Expected: a text'),
    ]);
  });
});

describe("a regular expression is judged as the collector reads it", () => {
  test.each([
    ["(?<=id=)\\d+", "which has no lookahead, lookbehind or backreference"],
    ["id(?=\\d)", "which has no lookahead, lookbehind or backreference"],
    ["(a)\\1", "which has no lookahead, lookbehind or backreference"],
    ["[a-", "missing closing ]"],
    ["\\d*", "that does not match an empty text"],
    ["\\b", "that does not match an empty text"],
    ["a|", "that does not match an empty text"],
    ["", "that does not match an empty text"],
  ])("%s is refused", (pattern, reason) => {
    expect(problems({ privacy: { patterns: [pattern] } })).toEqual([
      expect.stringMatching(/^privacy\.patterns\[0\]: .* is not valid\. Expected: a regular expression/),
    ]);
    expect(problems({ privacy: { patterns: [pattern] } })[0]).toContain(reason);
  });

  test.each(["\\bgame-\\d{4,}\\b", "(?i)player=\\w+", "(?P<id>[A-F0-9]{8})"])("%s is accepted", (pattern) => {
    expect(problems({ privacy: { patterns: [pattern] } })).toEqual([]);
  });
});

describe("an address", () => {
  test.each([
    "",
    "unix:///run/user/1000/docker.sock",
    "tcp://host.example:2375",
    "tcp://[fe80::1]:2375",
    "ssh://deploy@host.example",
    "ssh://deploy@[2001:db8::1]:22",
    "npipe:////./pipe/docker_engine",
  ])("of an engine may be %j", (dockerHost) => {
    expect(problems({ dockerHost })).toEqual([]);
  });

  test.each(["host.example", "host:2375", "unix://docker.sock", "tcp://", "ftp://host", "tcp://ho st:2375"])(
    "of an engine may not be %j",
    (dockerHost) => {
      expect(problems({ dockerHost })).toEqual([
        `dockerHost: "${dockerHost}" is not valid. Expected: an address such as unix:///var/run/docker.sock, tcp://host:2375, ssh://user@host or npipe:////./pipe/docker_engine. Set it with: pulumi config set dockerHost <value>`,
      ]);
    },
  );

  test.each(["https://otlp.example", "http://[fd00::1]:4318", "http://10.0.0.1:4318/otlp?a=b"])(
    "may be %s",
    (endpoint) => {
      expect(problems({ otlp: { endpoint } })).toEqual([]);
    },
  );

  test.each([
    "otlp.example",
    "https://",
    "http://[::1",
    "https:otlp.example",
    "https://a b",
    "ftp://a",
    "https://a:99999",
  ])("may not be %s", (endpoint) => {
    expect(problems({ otlp: { endpoint } })).toEqual([
      `otlp.endpoint: "${endpoint}" is not valid. Expected: an address such as https://host.example:4318 or http://[fd00::1]:4318. Set it with: pulumi config set --path 'otlp.endpoint' <value>`,
    ]);
  });
});

describe("a secret", () => {
  test.each([
    ["datadogApiKey", "abc\ndef", "holds a line break or a control character, which no header can carry"],
    ["datadogApiKey", " abc", "begins or ends with white space"],
    ["smtpPassword", "abc ", "begins or ends with white space"],
    ["heartbeatWebhook", "ping.example/1", "is not an address that begins with https:// and has a host"],
    ["alertWebhook", "discord.com/api/x", "is not an address that begins with https:// and has a host"],
    ["otlpClientKey", "abc", "is not PEM, which begins with -----BEGIN"],
  ])("%s = %j is refused, and not repeated", (key, value, reason) => {
    expect(problems({}, { [key]: value })).toEqual([
      `${key}: ${reason}. Set it again with: pulumi config set --secret ${key}`,
    ]);
  });

  test("in plain text is refused, and not repeated", () => {
    expect(problems({ datadogApiKey: "hunter22" })).toEqual([
      "datadogApiKey: is a secret in plain text: everyone who reads Pulumi.dev.yaml has it. Encrypt it with: pulumi config set --secret datadogApiKey (it asks for the value), and replace the secret if the file was ever committed",
    ]);
    expect(problems({ secrets: { "discord-token": "hunter22" } })).toEqual([
      expect.stringMatching(/^secrets: is a secret in plain text.* --path 'secrets\.<name>' \(it asks/),
    ]);
  });

  test("of the application has a name that a reference can say", () => {
    expect(problems({}, { secrets: { "Discord Token": "x" } })).toEqual([
      'secrets: "Discord Token" cannot be a name here. Expected: lower-case letters, digits and dashes, at most 64',
    ]);
    const given = { stack: "dev", values: { secrets: '{"b":"1","a":"2"}' }, secretKeys: new Set(["secrets"]) };
    expect(parseSettings(given)).toMatchObject({ secretNames: ["a", "b"], problems: [] });
  });

  test("may stand inside services, and in no other key whose text is public", () => {
    expect(problems({}, services({ env: { TOKEN: "x" } }))).toEqual([]);
    expect(problems({}, { otlp: { headers: { "x-key": "hunter22" } } })).toEqual([
      "otlp: is encrypted, but this key is written where everyone can read it. Allowed: services, and the keys that Pulumi.yaml lists for secrets. Set it with: pulumi config set --plaintext otlp <value>",
    ]);
  });

  test("inside services is not repeated by a sentence about it", () => {
    expect(problems({}, services({ user: "hunter22" })).join()).toMatch(
      /^services\[0\]\.user: the given value is not valid\. Expected: numeric uid:gid, such as 1000:1000, or image /,
    );
  });
});

describe("the collector's image and its version", () => {
  test.each([
    [
      { version: "0.155.0" },
      'collector.version: "0.155.0" does not fit build:collector, which is 0.145.0. Set it with: pulumi config set --path collector.version 0.145.0',
    ],
    [
      { image: "otel/opentelemetry-collector-contrib:0.155.0" },
      'collector.version: "0.145.0" is not the version 0.155.0 of collector.image. Mend it with: pulumi config set --path collector.version 0.155.0',
    ],
    [
      { image: "otel/opentelemetry-collector-contrib:0.90.0" },
      'collector.version: "0.145.0" is not the version 0.90.0 of collector.image. Mend it with: another image',
    ],
    [
      { image: "otel/opentelemetry-collector:0.145.0" },
      'collector.image: "otel/opentelemetry-collector:0.145.0" is not the contrib distribution, whose receivers and processors are needed. Allowed: otel/opentelemetry-collector-contrib:0.145.0. Set it with: pulumi config set --path collector.image <value>',
    ],
    [
      { image: "build:jaeger" },
      'collector.image: "build:jaeger" is no collector. Allowed: build:collector, or the reference of an image. Set it with: pulumi config set --path collector.image <value>',
    ],
    [
      { image: "otel/opentelemetry-collector-contrib:latest" },
      "collector.image: \"otel/opentelemetry-collector-contrib:latest\" is not valid. Expected: an image with a tag or a digest, and not latest; one that is built on this machine gets a tag by: docker tag otel/opentelemetry-collector-contrib otel/opentelemetry-collector-contrib:1. Set it with: pulumi config set --path 'collector.image' <value>",
    ],
    [
      { image: "localhost:5000/contrib" },
      "collector.image: \"localhost:5000/contrib\" is not valid. Expected: an image with a tag or a digest, and not latest; one that is built on this machine gets a tag by: docker tag localhost:5000/contrib localhost:5000/contrib:1. Set it with: pulumi config set --path 'collector.image' <value>",
    ],
  ])("%j is refused", (collector, sentence) => {
    expect(problems({ collector })).toEqual([sentence]);
  });

  test.each([
    { image: "otel/opentelemetry-collector-contrib:0.155.0", version: "0.155.0" },
    { image: "registry.example:5000/team/collector:v0.155.0-2", version: "0.155.0" },
    { image: "registry.example/team/collector:prod", version: "0.150.0" },
    { image: `otel/opentelemetry-collector-contrib@sha256:${"0".repeat(64)}`, version: "0.150.0" },
  ])("%j is accepted", (collector) => {
    expect(problems({ collector })).toEqual([]);
  });
});

describe("a role is about what the service sends", () => {
  const named = (more: object) => problems(services({ name: "edge", ...more }));

  test.each([
    [
      { kind: "other", role: "http" },
      "services[0].role: needs telemetry, and edge sends none (kind: other without instrumentation: image).",
    ],
    [
      { kind: "other", every: "1m" },
      "services[0].every: needs telemetry, and edge sends none (kind: other without instrumentation: image).",
    ],
    [
      { kind: "other", instrumentation: "inject" },
      'services[0].instrumentation: "inject" is for kinds python and nginx, and edge is other. Allowed: image, off;',
    ],
    [
      { kind: "nginx", instrumentation: "off", role: "http" },
      "services[0].role: needs telemetry, and edge sends none (instrumentation: off).",
    ],
    [{ kind: "nginx", role: "worker" }, 'services[0].role: "worker" is nothing that an nginx does'],
    [{ kind: "nginx", role: "daemon" }, 'services[0].role: "daemon" is nothing that an nginx does'],
  ])("%j is refused", (more, sentence) => {
    expect(named(more)).toEqual([expect.stringContaining(sentence)]);
  });

  test.each([
    { kind: "nginx", role: "http" },
    { kind: "nginx" },
    { kind: "other" },
    { kind: "other", instrumentation: "image", role: "http" },
    { kind: "other", instrumentation: "image", role: "daemon", every: "1m" },
    { instrumentation: "off" },
  ])("%j is accepted", (more) => {
    expect(named(more)).toEqual([]);
  });
});

describe("what a service's kind cannot use, and what nobody may read", () => {
  const PLAIN = { env: { DATABASE_URL: "postgres://shop:hunter22@db/shop" } };

  test.each([
    [{ kind: "node" }, "node with instrumentation image"],
    [{ kind: "nginx" }, "nginx with instrumentation inject"],
    [{ instrumentation: "image" }, "python with instrumentation image"],
    [{ instrumentation: "off" }, "python with instrumentation off"],
  ])("the cost of an instrumentation is limited only where it comes from outside, not of %j", (more, said) => {
    expect(problems(services({ ...more, overhead: "5%" }))).toEqual([
      `services[0].overhead: 5% limits what is put into Python from outside, and api is ${said}. Allowed: kind python with instrumentation inject; change that or remove overhead`,
    ]);
  });

  test("an overhead is a percentage from 1% to 50%", () => {
    for (const overhead of ["1%", "5%", "7.25%", "49.99%", "50%", "50.0%"])
      expect([overhead, problems(services({ overhead }))]).toEqual([overhead, []]);
    for (const overhead of ["0%", "0.5%", "05%", "50.1%", "51%", "100%", "5", "5 %", "-5%", "5%%", 5, 0.05])
      expect([overhead, problems(services({ overhead }))]).toEqual([
        overhead,
        [expect.stringContaining("services[0].overhead: ")],
      ]);
  });

  test("a port for nginx' own counters is nothing of another kind", () => {
    expect(problems(services({ stubStatus: 8081 }))).toEqual([
      "services[0].stubStatus: is asked of an nginx, and api is python. Set kind: nginx, or remove stubStatus",
    ]);
  });

  test("a password in an address is refused, with the way out, and not repeated", () => {
    expect(problems(services(PLAIN))).toEqual([
      "services[0].env.DATABASE_URL: holds a password in plain text. Write {secret.<name>} in its place, and set it with: pulumi config set --secret --path 'secrets.<name>'",
    ]);
  });

  test.each([
    "postgres://shop:{secret.shop}@db/shop",
    "postgresql+asyncpg://{postgres.login}",
    "amqp://broker:5672/shop",
    "https://a.example/?next=https://b:c",
  ])("%s holds none", (text) => {
    expect(problems(services({ env: { URL: text } }))).toEqual([]);
  });

  test("nor does one in `services` that is encrypted as a whole", () => {
    expect(problems({}, services(PLAIN))).toEqual([]);
  });
});

describe("a service's volumes", () => {
  test("are a volume by name, or something of the host", () => {
    const volumes = [
      { name: "uploads", path: "/data" },
      { host: "/etc/app.ini", path: "/etc/app.ini" },
    ];
    expect(problems(services({ volumes }))).toEqual([]);
  });

  test.each([
    [
      ["./data:/data"],
      'services[0].volumes[0]: "./data:/data" is not valid. Expected: an object with name and path (a volume of the stack), external',
    ],
    [[{ name: "a", path: "data" }], 'services[0].volumes[0].path: "data" is not valid. Expected: an absolute path'],
    [
      [
        { name: "a", path: "/data" },
        { name: "b", path: "/data" },
      ],
      "services[0].volumes: api has two at /data. Each needs a path of its own; change one",
    ],
    [
      [
        { name: "a", path: "/data" },
        { host: "/srv", path: "/data//" },
      ],
      "services[0].volumes: api has two at /data. Each needs a path of its own; change one",
    ],
    [
      [{ name: "a", path: "/instrumentation/python" }],
      "services[0].volumes: api has one at /instrumentation/python, where its instrumentation is mounted",
    ],
  ])("%j is refused", (volumes, sentence) => {
    expect(problems(services({ volumes }))).toEqual([expect.stringContaining(sentence)]);
  });
});

test.each([
  ["8.7h", 31_320],
  ["0.1s", 1],
  ["90.5s", 91],
])("%s is %d whole seconds, which Prometheus can read", (outageBudget, seconds) => {
  expect(parseSettings({ stack: "dev", values: { outageBudget }, secretKeys: new Set() }).plain.outageBudget).toBe(
    seconds,
  );
});

describe("the order of services", () => {
  const chain = (...after: readonly (readonly string[])[]) =>
    problems({ services: after.map((names, i) => ({ name: `s${i}`, image: "a:1", after: names })) });

  test("is any in which each comes after those that it waits for", () => {
    expect(chain(["s1", "s2"], ["s2"], [])).toEqual([]);
  });

  test("names services of the stack, and not itself", () => {
    expect(chain(["db"], ["s1"])).toEqual([
      'services[0].after: "db" is no service of this stack. Allowed: s1; change it or remove it',
      'services[1].after: "s1" is the service itself. Allowed: s0; change it or remove it',
    ]);
  });

  test("ends somewhere", () => {
    expect(chain(["s1"], ["s2"], ["s1"])).toEqual([
      "services: s1, s2 wait for each other, so none can start. Remove one of them from after",
    ]);
  });
});

test("an nginx that telemetry is put into cannot have a read-only file system, and others can", () => {
  const readOnly = (more: object) => problems({ services: [{ name: "web", image: "a:1", readOnly: true, ...more }] });
  expect(readOnly({ kind: "nginx" })).toEqual([
    "services[0].readOnly: web is an nginx that telemetry is put into, which takes files in its file system. Remove readOnly, or set services[0].instrumentation to off",
  ]);
  expect(readOnly({ kind: "nginx", instrumentation: "off" })).toEqual([]);
  expect(readOnly({ kind: "python" })).toEqual([]);
});

describe("a service takes from an image, or from the engine", () => {
  test("its user, and volumes that exist", () => {
    const volumes = [
      { external: "shop_pgdata", path: "/data", readOnly: true },
      { host: "/srv", path: "/srv", write: true },
    ];
    expect(
      problems(services({ user: "image", volumes, hosts: { a: "host-gateway", b: "10.0.0.7", c: "fd00::7" } })),
    ).toEqual([]);
  });

  test("no folder under the name of a volume", () => {
    expect(problems(services({ volumes: [{ external: "./data", path: "/data" }] }))[0]).toContain(
      'services[0].volumes[0].external: "./data" is not valid. Expected: the name of a volume of the engine',
    );
  });
});

describe("hashes of identities", () => {
  const hash = { privacy: { action: "hash" } };
  const key = "0123456789abcdef";

  test("have a key of their own", () => {
    expect(problems(hash, { privacyHashKey: key })).toEqual([]);
    expect(problems(hash)).toEqual([
      'privacyHashKey: not set, but privacy.action is "hash". Set it with: pulumi config set --secret privacyHashKey (at least 16 characters)',
    ]);
    expect(problems(hash, { privacyHashKey: "short" })).toEqual([
      "privacyHashKey: is shorter than 16 characters. Set it with: pulumi config set --secret privacyHashKey (at least 16 characters)",
    ]);
    expect(problems({}, { privacyHashKey: key })).toEqual([
      'privacyHashKey: is set, but privacy.action is "mask". Use it with: pulumi config set --path privacy.action hash, or remove it with: pulumi config rm privacyHashKey',
    ]);
  });

  test("need our collector or a new one", () => {
    const image = "otel/opentelemetry-collector-contrib:0.145.0";
    expect(problems({ ...hash, collector: { image, version: "0.145.0" } }, { privacyHashKey: key })).toEqual([
      'privacy.action: "hash" needs build:collector or collector 0.147.0, and collector.version is 0.145.0. Set it with: pulumi config set --path privacy.action mask',
    ]);
  });
});

describe("a value that is one of several forms is refused in words of ours, never in the library's", () => {
  test.each([
    [
      "postgres.database",
      { postgres: { database: "My Shop" } },
      "lower-case letters, digits and underscores, or dashes in their place, and no digit first",
    ],
    ["commit", { commit: 5 }, "a text, or nothing"],
    ["commit", { commit: "HEAD" }, "a commit: 7 to 64 hexadecimal digits"],
  ])("%s", (key, values, expected) => {
    expect(problems(values)).toEqual([
      expect.stringMatching(new RegExp(`^${key}: .+ is not valid\\. Expected: ${expected}\\. Set it with: `)),
    ]);
  });

  test("both forms of a database's name are taken", () => {
    for (const database of ["my_shop", "my-shop", "_a"]) expect(problems({ postgres: { database } })).toEqual([]);
  });
});
