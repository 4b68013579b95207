import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { parse } from "yaml";
import { alertmanagerConfig, type Notified } from "../../components/backends/jaeger/alertmanager-config.ts";
import { imageReference } from "../../images/catalogue.ts";
import type { PropertyMap } from "../../offline/properties.ts";
import { Authority, docker, Ground, ODD_PASSWORD, type Running } from "../stores/servers.ts";
import { type ProgramRun, program } from "../support/engine.ts";
import { type Posted, type Receiver, startDiscord, startMail, startSlack, startWebhook } from "./receivers.ts";

/** Who the backend on this machine notifies, by the Alertmanager that the program deploys, to receivers as strict as the vendors'. */

const CONFIG = "/etc/alertmanager/alertmanager.yml";
const KEY = "canary-of-the-address";

let ground: Ground;
let authority: Authority;
const running: Running[] = [];
const receivers: Receiver<unknown>[] = [];

beforeAll(() => {
  ground = new Ground();
  authority = new Authority(ground.folder, "mail");
});

afterEach(async () => {
  for (const { id } of running.splice(0)) docker("rm", "--force", "--volumes", id);
  await Promise.all(receivers.splice(0).map((receiver) => receiver.close()));
});

afterAll(() => ground?.remove());

async function opened<Message>(starting: Promise<Receiver<Message>>): Promise<Receiver<Message>> {
  const receiver = await starting;
  receivers.push(receiver);
  return receiver;
}

/** Address of a receiver as containers reach it. */
const urlOf = (receiver: { readonly port: number }) => `http://${ground.hostAddress}:${receiver.port}/${KEY}`;

/** What a test puts in the place of the addresses that the stack is made with. */
interface Addresses {
  readonly webhook?: Receiver<Posted>;
  readonly heartbeat?: Receiver<Posted>;
  readonly mail?: { readonly port: number; readonly password?: string };
}

/** The program's Alertmanager. It waits seconds instead of minutes; everything else is as deployed. */
class Alertmanager {
  readonly container: Running;
  readonly #rules: ReadonlyMap<string, Rule>;

  private constructor(run: ProgramRun, { webhook, heartbeat, mail }: Addresses) {
    const { image, inputs, files, env } = run.container("alertmanager");
    const secret = (path: string, value: string | undefined) =>
      path in files && value !== undefined ? { [path]: value } : {};
    const hurried = (files[CONFIG] ?? "")
      .replace(/group_wait: \w+/g, "group_wait: 1s")
      .replace(/group_interval: \w+/g, "group_interval: 2s")
      .replace("repeat_interval: 50s", "repeat_interval: 3s")
      .replace("mail.test:25", `mail.test:${mail?.port}`);
    this.container = ground.run({
      name: "alertmanager",
      image,
      user: String(inputs.user),
      env: { ...env, SSL_CERT_FILE: "/tmp/ca.pem" },
      memory: Number(inputs.memory),
      command: inputs.command as readonly string[],
      files: {
        ...files,
        ...secret("/run/secrets/alert-webhook", webhook && urlOf(webhook)),
        ...secret(
          "/run/secrets/heartbeat-webhook",
          (heartbeat ?? webhook) && urlOf((heartbeat ?? webhook) as Receiver<Posted>),
        ),
        ...secret("/run/secrets/smtp-password", mail?.password),
        [CONFIG]: hurried,
        "/tmp/ca.pem": authority.certificate,
      },
      // deployed it listens in one of its two networks, by a name that is known there only
      options: [`--add-host=mail.test:${ground.hostAddress}`, "--add-host=alertmanager-api:0.0.0.0"],
    });
    running.push(this.container);
    this.#rules = rulesOf(run);
  }

  /** Deploys a stack with these alerts, and waits until its Alertmanager answers. */
  static async of(alerts: PropertyMap, addresses: Addresses): Promise<Alertmanager> {
    const made = new Alertmanager(await stackWith(alerts, addresses.heartbeat !== undefined), addresses);
    await until(async () => (await fetch(`${made.#url}/-/ready`)).ok, "Alertmanager answers");
    return made;
  }

  get #url(): string {
    const address = docker(
      "inspect",
      this.container.id,
      "--format",
      "{{range .NetworkSettings.Networks}}{{.IPAddress}}{{end}}",
    );
    return `http://${address}:9093`;
  }

  /** What Prometheus would send of a rule of the stack: fires for a minute from now, or is over. */
  async alert(name: string, about: readonly PropertyMap[] = [{}], over = false): Promise<void> {
    const rule = this.#rules.get(name);
    if (rule === undefined) throw new Error(`The stack has no rule ${name}.`);
    const { labels, annotations } = rule;
    const description = String(annotations.description).replace("{{ $value }}", "7");
    const at = (seconds: number) => new Date(Date.now() + seconds * 1000).toISOString();
    const response = await fetch(`${this.#url}/api/v2/alerts`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(
        about.map((more) => ({
          labels: { alertname: name, ...labels, ...more },
          annotations: { ...annotations, description },
          // One that began longer ago than the group waits is sent at once, with those of the same request still missing.
          startsAt: at(over ? -60 : 0),
          endsAt: at(over ? -1 : 60),
        })),
      ),
    });
    expect([response.status, await response.text()]).toEqual([200, ""]);
  }

  /** How many messages it could not deliver, by the name that the rule about it reads. */
  async undelivered(): Promise<number> {
    const text = await (await fetch(`${this.#url}/metrics`)).text();
    const failed = /^alertmanager_notifications_failed_total\{integration="webhook",.*\} (\d+)$/gm;
    return [...text.matchAll(failed)].reduce((sum, [, count]) => sum + Number(count), 0);
  }

  /** What it says about itself: its log, and its configuration as its API shows it. */
  async says(): Promise<string> {
    return `${this.container.logs()}${await (await fetch(`${this.#url}/api/v2/status`)).text()}`;
  }
}

/** One service is enough: the program is recorded once for all tests with the same alerts. */
async function stackWith(alerts: PropertyMap, ownHeartbeat = false): Promise<ProgramRun> {
  const run = await program({
    config: {
      images: "local",
      backend: "jaeger",
      alerts,
      content: [],
      drive: "none",
      services: [{ name: "api", role: "http", image: "build:example-python" }],
    },
    secrets: {
      alertWebhook: "https://hooks.example/1",
      smtpPassword: ODD_PASSWORD,
      ...(ownHeartbeat && { heartbeatWebhook: "https://ping.example/1" }),
    },
  });
  if (run.errors.length > 0) throw new Error(run.errors.join("\n"));
  return run;
}

interface Rule {
  readonly labels: PropertyMap;
  readonly annotations: PropertyMap;
}

function rulesOf(run: ProgramRun): ReadonlyMap<string, Rule> {
  const { groups } = parse(run.container("prometheus").files["/etc/prometheus/rules.yml"] ?? "");
  return new Map(
    groups.flatMap(({ rules }: { readonly rules: readonly (Rule & { readonly alert?: string })[] }) =>
      rules.flatMap((rule) => (rule.alert === undefined ? [] : [[rule.alert, rule] as const])),
    ),
  );
}

async function until(done: () => unknown, what: string, seconds = 30): Promise<void> {
  const deadline = Date.now() + seconds * 1000;
  while (!(await Promise.resolve(done()).catch(() => false))) {
    if (Date.now() > deadline) {
      const logs = running.map((one) => one.logs().slice(-2000)).join("\n");
      throw new Error(`Not within ${seconds} s: ${what}. ${receivers.flatMap(({ refused }) => refused)} ${logs}`);
    }
    await sleep(200);
  }
}

const bodies = (receiver: Receiver<Posted>) => receiver.received.map(({ body }) => body);

const RUNBOOKS = "https://git.example/game-scheduler";
const SMTP = { server: "mail.test:25", from: "alerts@example.com", user: "alerts" };
const MAIL = { contact: "email", email: ["a@example.com", "b@example.com"] };

test("amtool accepts the configuration of every contact", async () => {
  const servers = [
    { server: "smtp.example.com:587", from: "alerts@example.com", user: "alerts", requireTls: true },
    { server: "[fd00::1]:465", from: "alerts@example.com", requireTls: false },
  ];
  const contacts: readonly (Notified | undefined)[] = [
    undefined,
    ...(["discord", "slack", "webhook"] as const).map((kind) => ({ kind })),
    ...servers.map((smtp) => ({ kind: "email", addresses: ["a@example.com", "b@example.com"], smtp }) as const),
  ];
  const configs = contacts.flatMap((contact, i) =>
    [true, false].map((heartbeat): readonly [string, string] => [
      `/tmp/${i}-${heartbeat}.yml`,
      alertmanagerConfig({ contact, heartbeat, absences: ["silence-api", "postgres-down"], page: "http://a/" }),
    ]),
  );
  const said = ground.once({
    name: "amtool",
    image: imageReference("alertmanager", "local"),
    files: Object.fromEntries(configs),
    options: ["--entrypoint=amtool"],
    command: ["check-config", ...configs.map(([path]) => path)],
  });
  expect(said.match(/ {2}SUCCESS/g)).toHaveLength(12);
  expect(said).not.toMatch(/FAILED|warn/i);
});

describe("a contact of kind discord", () => {
  test("gets what fires, with its runbook, and its end; a long list is cut where Discord would refuse it", async () => {
    const discord = await opened(startDiscord(ground.hostAddress));
    const alertmanager = await Alertmanager.of({ contact: "discord", runbooks: RUNBOOKS }, { webhook: discord });
    await alertmanager.alert("QueueBacklog", [{ queue: "game_events" }]);
    await until(() => discord.received.length === 1, "the ticket");
    expect(discord.received[0]).toMatchObject({
      path: `/${KEY}`,
      body: {
        embeds: [
          {
            title: "TICKET: A queue holds more than 500 messages (dev)",
            description: expect.stringMatching(
              /^Messages waiting for a consumer, by queue\. Now 7, limit 500\. `queue=game_events` since \d{4}-\d\d-\d\d \d\d:\d\d UTC\nRunbook: https:\/\/git\.example\/game-scheduler\/docs\/runbooks\/queue-backlog\.md\nBoard and state: http:\/\/127\.0\.0\.1:3001\/alerts\/queue-backlog$/,
            ),
          },
        ],
      },
    });
    await alertmanager.alert("QueueBacklog", [{ queue: "game_events" }], true);
    await until(() => discord.received.length === 2, "the end");
    expect(discord.received[1]?.body).toMatchObject({
      embeds: [
        {
          title: "RESOLVED: A queue holds more than 500 messages (dev)",
          description: expect.stringMatching(/^Over since .* UTC: `queue=game_events` A queue holds more/),
        },
      ],
    });

    await alertmanager.alert(
      "QueueAge",
      Array.from({ length: 30 }, (_, i) => ({ queue: `${"x".repeat(900)}${i}` })),
    );
    await until(() => discord.received.length === 3, "the long list");
    const { embeds } = bodies(discord)[2] as { embeds: { title: string; description: string }[] };
    expect(embeds.map(({ title }) => title)).toEqual(["PAGE: Messages wait longer than five minutes (dev)"]);
    expect([...(embeds[0]?.description ?? "")]).toHaveLength(4096);
    expect(discord.refused).toEqual([]);
    expect(await alertmanager.says()).not.toContain(KEY);
  });
});

describe("a contact of kind slack", () => {
  test("gets a message in the colour of what fires, with a link; names with Slack's own characters are escaped", async () => {
    const slack = await opened(startSlack(ground.hostAddress));
    const alertmanager = await Alertmanager.of({ contact: "slack", runbooks: RUNBOOKS }, { webhook: slack });
    await alertmanager.alert("Heartbeat");
    await alertmanager.alert("QueueAge", [
      { queue: "a<b>&c" },
      ...Array.from({ length: 11 }, (_, i) => ({ queue: `q${i}` })),
    ]);
    await until(() => slack.received.length === 1, "the page");
    expect(bodies(slack)).toMatchObject([
      {
        attachments: [
          {
            title: "PAGE: Messages wait longer than five minutes (dev)",
            title_link: "http://127.0.0.1:3001/alerts/queue-age",
            color: "danger",
            text: expect.stringContaining("`queue=a&lt;b&gt;&amp;c` since"),
          },
        ],
      },
    ]);
    const text = JSON.stringify(slack.received[0]?.body);
    expect(text.match(/queue=/g)).toHaveLength(10);
    expect(text).toContain("and others: 12 in all");
    await sleep(4000);
    expect([slack.received.length, slack.refused]).toEqual([1, []]);
  });
});

describe("a contact of kind webhook", () => {
  test("gets Alertmanager's own payload, and the dead-man's switch again and again", async () => {
    const webhook = await opened(startWebhook(ground.hostAddress));
    const alertmanager = await Alertmanager.of({ contact: "webhook" }, { webhook: webhook });
    await alertmanager.alert("Heartbeat");
    await alertmanager.alert("PostgresDown");
    const of = (name: string) =>
      bodies(webhook).filter((body) => (body as { groupLabels: PropertyMap }).groupLabels.alertname === name);
    await until(() => of("Heartbeat").length >= 3, "three heartbeats");
    expect(of("Heartbeat")[0]).toMatchObject({ receiver: "heartbeat", status: "firing" });
    expect(of("PostgresDown")).toMatchObject([
      {
        receiver: "contact",
        status: "firing",
        externalURL: "http://127.0.0.1:3001",
        alerts: [
          {
            labels: { alertname: "PostgresDown", severity: "page", rule: "postgres-down", environment: "dev" },
            annotations: { summary: "PostgreSQL cannot be read", runbook: "docs/runbooks/postgres-down.md" },
          },
        ],
      },
    ]);
    expect(webhook.refused).toEqual([]);
  });

  test("gets what fired while it was away", async () => {
    const webhook = await opened(startWebhook(ground.hostAddress));
    webhook.away(true);
    const alertmanager = await Alertmanager.of({ contact: "webhook" }, { webhook });
    await alertmanager.alert("PostgresDown");
    await sleep(4000);
    webhook.away(false);
    await until(() => webhook.received.length === 1, "the page, late");
  });

  test("that refuses for good is counted, so that an alert can say so", async () => {
    const webhook = await opened(startWebhook(ground.hostAddress));
    const alertmanager = await Alertmanager.of({ contact: "webhook" }, { webhook });
    expect(await alertmanager.undelivered()).toBe(0);
    webhook.away(true, 404);
    await alertmanager.alert("PostgresDown");
    await until(async () => (await alertmanager.undelivered()) > 0, "the count of undelivered messages");
    expect(webhook.received).toEqual([]);
  });

  test("is notified of a silent collector, and not of everything that is absent without it", async () => {
    const webhook = await opened(startWebhook(ground.hostAddress));
    const alertmanager = await Alertmanager.of({ contact: "webhook" }, { webhook });
    await alertmanager.alert("CollectorSilent");
    await until(() => webhook.received.length === 1, "the page about the collector");
    for (const name of ["SilenceApi", "PostgresDown", "ContainerMemory"]) await alertmanager.alert(name);
    await until(() => webhook.received.length === 2, "the page about memory");
    await sleep(3000);
    expect(bodies(webhook)).toMatchObject([
      { groupLabels: { alertname: "CollectorSilent" } },
      { groupLabels: { alertname: "ContainerMemory" } },
    ]);
  });

  test("is not notified of what amtool silenced", async () => {
    const webhook = await opened(startWebhook(ground.hostAddress));
    const alertmanager = await Alertmanager.of({ contact: "webhook" }, { webhook });
    const silence = "silence add alertname=QueueAge --duration=1h --author=me --comment=repaired";
    const id = alertmanager.container.exec([
      "amtool",
      "--alertmanager.url=http://127.0.0.1:9093",
      ...silence.split(" "),
    ]);
    expect(id).toMatch(/^[\da-f-]{36}$/);
    for (const name of ["QueueAge", "PostgresDown"]) await alertmanager.alert(name);
    await until(() => webhook.received.length === 1, "the other page");
    await sleep(3000);
    expect(bodies(webhook)).toMatchObject([{ groupLabels: { alertname: "PostgresDown" } }]);
  });
});

describe("the dead-man's switch at an address of its own", () => {
  test("is all that is posted there, whoever else is notified", async () => {
    const [discord, service] = [
      await opened(startDiscord(ground.hostAddress)),
      await opened(startWebhook(ground.hostAddress)),
    ];
    const alertmanager = await Alertmanager.of({ contact: "discord" }, { webhook: discord, heartbeat: service });
    for (const name of ["Heartbeat", "PostgresDown"]) await alertmanager.alert(name);
    await until(() => service.received.length >= 3 && discord.received.length === 1, "three heartbeats, one page");
    expect(new Set(bodies(service).map((body) => (body as { receiver: string }).receiver))).toEqual(
      new Set(["heartbeat"]),
    );
    expect(JSON.stringify(bodies(discord))).toContain("PostgreSQL cannot be read");
    expect([...discord.refused, ...service.refused]).toEqual([]);
  });
});

describe("a contact of kind email", () => {
  const login = { user: "alerts", password: ODD_PASSWORD };

  test("is sent by STARTTLS to every address, signed in with the password of a file", async () => {
    const mail = await opened(startMail(ground.hostAddress, { tls: authority.server("mail.test"), login }));
    const alertmanager = await Alertmanager.of({ ...MAIL, smtp: SMTP }, { mail });
    await alertmanager.alert("PostgresDown");
    await until(() => mail.received.length === 1, "the mail");
    expect(mail.received).toEqual([
      {
        from: "alerts@example.com",
        to: ["a@example.com", "b@example.com"],
        user: "alerts",
        encrypted: true,
        subject: "PAGE: PostgreSQL cannot be read (dev)",
        text: expect.stringMatching(
          /^1 when nothing was read .* since .* UTC\nRunbook: docs\/runbooks\/postgres-down\.md/,
        ),
      },
    ]);
    await alertmanager.alert("PostgresDown", [{}], true);
    await until(() => mail.received.length === 2, "the end");
    expect(mail.received[1]?.subject).toBe("RESOLVED: PostgreSQL cannot be read (dev)");
    expect(mail.refused).toEqual([]);
    expect(await alertmanager.says()).not.toContain(ODD_PASSWORD);
  });

  test("is not sent in plain text where the server offers no TLS, unless the stack allows it", async () => {
    const mail = await opened(startMail(ground.hostAddress, {}));
    const { user: _, ...alone } = SMTP;
    const strict = await Alertmanager.of({ ...MAIL, smtp: alone }, { mail });
    await strict.alert("PostgresDown");
    await until(() => strict.container.logs().includes("does not advertise the STARTTLS extension"), "the refusal");
    expect(mail.received).toEqual([]);
    docker("stop", strict.container.id);
    const lenient = await Alertmanager.of({ ...MAIL, smtp: { ...alone, requireTls: false } }, { mail });
    await lenient.alert("PostgresDown");
    await until(() => mail.received.length === 1, "the mail");
    expect(mail.received[0]).toMatchObject({ encrypted: false, user: undefined });
  });

  test("with a wrong password says so in the log, without the password", async () => {
    const mail = await opened(startMail(ground.hostAddress, { tls: authority.server("mail.test"), login }));
    const alertmanager = await Alertmanager.of(
      { ...MAIL, smtp: SMTP },
      { mail: { port: mail.port, password: "canary-wrong" } },
    );
    await alertmanager.alert("PostgresDown");
    await until(() => mail.refused.includes("sign-in of alerts"), "the refused sign-in");
    await until(() => alertmanager.container.logs().includes("535"), "a line about it");
    expect(alertmanager.container.logs()).not.toContain("canary-wrong");
    expect(mail.received).toEqual([]);
  });
});
