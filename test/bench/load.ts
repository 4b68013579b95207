import { randomBytes } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { double, field, fixed64, whole } from "./wire.ts";

/** What was sent and accepted. */
export interface Sent {
  spans: number;
  traces: number;
  /** Spans of traces in which one has failed, or which took two seconds. */
  important: number;
  records: number;
  points: number;
  /** Requests that were answered with anything but 200. */
  refused: number;
  refusedSpans: number;
}

type Values = Readonly<Record<string, string | number>>;

/** Of most attributes there are so many values, as guilds, routes and hosts repeat; ids are new in every trace. */
const VARIANTS = 50;
const KINDS = { internal: 1, server: 2, client: 3, producer: 4, consumer: 5 } as const;

function attributes(number: number, values: Values): Buffer {
  return Buffer.concat(
    Object.entries(values).map(([key, value]) =>
      field(
        number,
        Buffer.concat([field(1, key), field(2, typeof value === "string" ? field(1, value) : whole(3, value))]),
      ),
    ),
  );
}

const resource = (service: string): Buffer =>
  field(
    1,
    attributes(1, {
      "service.name": service,
      "service.version": "1.4.2",
      "service.instance.id": `${service}-7f9c6d5b8-x2x4z`,
      "telemetry.sdk.name": "opentelemetry",
      "telemetry.sdk.language": "python",
      "telemetry.sdk.version": "1.38.0",
      "process.runtime.name": "cpython",
      "process.runtime.version": "3.13.5",
      "host.name": "7f9c6d5b8-x2x4z",
    }),
  );

/** One kind of span: name, kind and attributes in variants, encoded once. `parent` is the place of its parent in the trace. */
interface Template {
  readonly service: string;
  readonly parent?: number;
  readonly variants: readonly Buffer[];
}

/** What a team adds to every span of its own. */
const everywhere = (service: string, i: number): Values => ({
  "app.build": `2026.11.${i}+sha.9f86d081884c7d659a2feaa0c55ad015a3bf4f1b`,
  "app.feature.flags": "new-calendar,discord-threads,retry-announcements,german-texts",
  "app.tenant.plan": i % 3 === 0 ? "community" : "supporter",
  "app.tenant.region": "eu-central",
  "code.file.path": `/usr/local/lib/python3.13/site-packages/${service}/handlers/games_of_a_guild.py`,
  "code.line.number": 100 + i,
  "thread.id": 139_872_345_000 + i,
  "session.id": `s-${snowflake(i)}`,
  "url.full": `https://games.example.org/api/v1/guilds/${snowflake(i)}/games?page=${i}&sort=starts_at`,
});

function template(
  service: string,
  parent: number | undefined,
  name: string,
  kind: keyof typeof KINDS,
  values: (i: number) => Values,
): Template {
  const variants = Array.from({ length: VARIANTS }, (_, i) =>
    Buffer.concat([field(5, name), whole(6, KINDS[kind]), attributes(9, { ...values(i), ...everywhere(service, i) })]),
  );
  return parent === undefined ? { service, variants } : { service, parent, variants };
}

const snowflake = (i: number): string => `8432104567890${10_000 + i * 97}`;

/** A request that creates a game: answered by the api, stored, cached, announced, and handled by the bot. */
const TRACE: readonly Template[] = [
  template("api", undefined, "POST /api/v1/guilds/{guild_id}/games", "server", (i) => ({
    "http.request.method": "POST",
    "http.route": "/api/v1/guilds/{guild_id}/games",
    "url.path": `/api/v1/guilds/${snowflake(i)}/games`,
    "url.scheme": "https",
    "url.query": `page=${i}&sort=starts_at&order=asc`,
    "server.address": "games.example.org",
    "server.port": 443,
    "client.address": `203.0.113.${i}`,
    "client.port": 40_000 + i,
    "network.protocol.version": "1.1",
    "network.peer.address": "172.18.0.7",
    "network.peer.port": 51_000 + i,
    "user_agent.original":
      "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36",
    "http.response.status_code": 201,
    "http.request.body.size": 412 + i,
    "http.response.body.size": 1200 + i,
    "discord.guild.id": snowflake(i),
    "app.game.players": i % 8,
    "thread.name": "MainThread",
    "code.function.name": "app.routes.games.create_game",
  })),
  ...["SELECT", "INSERT"].map((verb) =>
    template("api", 0, `${verb} game_scheduler.games`, "client", (i) => ({
      "db.system.name": "postgresql",
      "db.namespace": "game_scheduler",
      "db.operation.name": verb,
      "db.collection.name": "games",
      "db.query.text":
        verb === "SELECT"
          ? "SELECT games.id, games.title, games.starts_at, games.max_players, games.host_id FROM games JOIN guilds ON guilds.id = games.guild_id WHERE games.guild_id = $1 AND games.starts_at > $2 ORDER BY games.starts_at LIMIT $3"
          : "INSERT INTO games (id, guild_id, title, description, starts_at, max_players, host_id, created_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8) RETURNING games.id, games.created_at",
      "server.address": "postgres",
      "server.port": 5432,
      "network.peer.address": "172.18.0.4",
      "db.response.returned_rows": i,
      "thread.name": "MainThread",
      "code.function.name": "app.store.games.query",
      "app.pool.size": 10,
      "app.pool.waited_ms": i % 4,
    })),
  ),
  template("api", 0, "SETEX", "client", (i) => ({
    "db.system.name": "redis",
    "db.operation.name": "SETEX",
    "db.query.text": `SETEX games:guild:${snowflake(i)}:upcoming ? ?`,
    "server.address": "redis",
    "server.port": 6379,
    "network.peer.address": "172.18.0.5",
    "db.redis.args_length": 4,
    "thread.name": "MainThread",
    "code.function.name": "app.cache.remember",
    "app.cache.bytes": 900 + i,
    "app.cache.key.kind": "guild-upcoming-games-of-the-next-seven-days",
    "app.request.note":
      "the list of a guild is cached for a minute, and dropped when a game of it changes or is cancelled",
  })),
  template("api", 0, "game.created send", "producer", (i) => ({
    "messaging.system": "rabbitmq",
    "messaging.destination.name": "game-events",
    "messaging.operation.type": "send",
    "messaging.operation.name": "publish",
    "messaging.message.body.size": 731 + i,
    "messaging.rabbitmq.destination.routing_key": "game.created",
    "server.address": "rabbitmq",
    "server.port": 5672,
    "network.peer.address": "172.18.0.6",
    "thread.name": "MainThread",
    "code.function.name": "app.events.publish",
  })),
  template("bot", 4, "game-events process", "consumer", (i) => ({
    "messaging.system": "rabbitmq",
    "messaging.destination.name": "game-events",
    "messaging.operation.type": "process",
    "messaging.operation.name": "consume",
    "messaging.message.body.size": 731 + i,
    "messaging.rabbitmq.destination.routing_key": "game.created",
    "server.address": "rabbitmq",
    "server.port": 5672,
    "discord.channel.id": snowflake(i + 7),
    "thread.name": "MainThread",
    "code.function.name": "bot.handlers.on_game_created",
    "app.announcement":
      "A new game was created and the members of the guild who follow its host are told of it by a message",
  })),
];
/** The first of the spans of a message. */
const MESSAGING = 4;

/** An id that no other trace has. */
const uuid = (id: Buffer): string => id.toString("hex").replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");

const SERVICES = [...new Set(TRACE.map(({ service }) => service))];

const FAILURE = Buffer.concat([
  field(
    11,
    Buffer.concat([
      field(2, "exception"),
      attributes(3, {
        "exception.type": "asyncpg.exceptions.UniqueViolationError",
        "exception.message": 'duplicate key value violates unique constraint "games_pkey"',
        "exception.stacktrace": `Traceback (most recent call last):\n${'  File "/app/store/games.py", line 88, in query\n    return await connection.fetch(text, *values)\n'.repeat(12)}asyncpg.exceptions.UniqueViolationError`,
      }),
    ]),
  ),
  field(15, Buffer.concat([field(2, "the game exists already"), whole(3, 2)])),
]);

const nanos = (ms: number): bigint => BigInt(Math.round(ms * 1e6));

interface Request {
  readonly path: string;
  readonly body: Buffer;
  readonly spans: number;
}

/** Requests for so many traces, one for each service and signal, as their SDKs would send them. */
function requests(traces: number, sent: Sent): readonly Request[] {
  const spans = new Map<string, Buffer[]>(SERVICES.map((service) => [service, []]));
  const now = Date.now();
  for (let i = 0; i < traces; i += 1) {
    const nth = sent.traces + i;
    const failed = nth % 100 === 0;
    const slow = nth % 100 === 50;
    const id = randomBytes(16);
    const ids = TRACE.map(() => randomBytes(8));
    TRACE.forEach(({ service, parent, variants }, place) => {
      const took = slow && place === 0 ? 2000 : 3 + (nth % 7) + place;
      const parts = [
        field(1, id),
        field(2, ids[place] ?? ""),
        parent === undefined ? Buffer.alloc(0) : field(4, ids[parent] ?? ""),
        variants[nth % VARIANTS] ?? Buffer.alloc(0),
        attributes(9, {
          "app.request.id": uuid(id),
          ...(place < MESSAGING ? {} : { "messaging.message.id": `m-${uuid(id)}` }),
        }),
        fixed64(7, nanos(now - took)),
        fixed64(8, nanos(now)),
        failed && place === 2 ? FAILURE : Buffer.alloc(0),
      ];
      spans.get(service)?.push(field(2, Buffer.concat(parts)));
    });
    if (failed || slow) sent.important += TRACE.length;
  }
  sent.traces += traces;
  sent.spans += traces * TRACE.length;
  return [...spans].flatMap(([service, list]) => [
    request("/v1/traces", service, list),
    request("/v1/logs", service, records(list.length / 3, now, sent)),
    request("/v1/metrics", service, points(list.length / 10, now, sent)),
  ]);
}

function request(path: string, service: string, items: readonly Buffer[]): Request {
  const scope = field(1, field(1, "opentelemetry.instrumentation"));
  const body = field(1, Buffer.concat([resource(service), field(2, Buffer.concat([scope, ...items]))]));
  return { path, body, spans: path === "/v1/traces" ? items.length : 0 };
}

function records(count: number, now: number, sent: Sent): readonly Buffer[] {
  const list = Array.from({ length: Math.ceil(count) }, (_, i) =>
    field(
      2,
      Buffer.concat([
        fixed64(1, nanos(now)),
        whole(2, 9),
        field(3, "INFO"),
        field(
          5,
          field(1, `game ${snowflake(sent.records + i)} created in 12.4 ms, announced to 3 channels, queue depth ${i}`),
        ),
        attributes(6, { "code.file.path": "/app/routes/games.py", "code.line.number": 88, "logger.name": "app.games" }),
      ]),
    ),
  );
  sent.records += list.length;
  return list;
}

/** One counter, cumulative, with a point for each of so many queues. */
function points(count: number, now: number, sent: Sent): readonly Buffer[] {
  const list = Array.from({ length: Math.ceil(count) }, (_, i) =>
    field(
      1,
      Buffer.concat([
        attributes(7, { "app.queue.name": `queue-${i}`, "app.queue.kind": "classic" }),
        fixed64(2, nanos(now - 60_000)),
        fixed64(3, nanos(now)),
        double(4, now % 100_000),
      ]),
    ),
  );
  sent.points += list.length;
  const sum = field(7, Buffer.concat([...list, whole(2, 2), whole(3, 1)]));
  return [field(2, Buffer.concat([field(1, "app.queue.handled"), field(3, "{message}"), sum]))];
}

const EVERY_MS = 100;

/**
 * Sends so many spans a second for so long, each tenth of a second its share; what a slow collector has not answered yet is waited for.
 *
 * @param tries how often a request is sent that is refused or not answered, with a second between. Default: once
 */
export async function load(intake: string, spansASecond: number, seconds: number, tries = 1): Promise<Sent> {
  const sent: Sent = { spans: 0, traces: 0, important: 0, records: 0, points: 0, refused: 0, refusedSpans: 0 };
  const begun = performance.now();
  const pending = new Set<Promise<void>>();
  for (let at = EVERY_MS; at <= seconds * 1000; at += EVERY_MS) {
    const due = Math.floor((spansASecond * at) / 1000 / TRACE.length) - sent.traces;
    for (const { path, body, spans } of requests(due, sent)) {
      const one = post(`${intake}${path}`, body, tries).then((ok) => {
        if (!ok) {
          sent.refused += 1;
          sent.refusedSpans += spans;
        }
        pending.delete(one);
      });
      pending.add(one);
    }
    await sleep(Math.max(0, begun + at - performance.now()));
  }
  await Promise.all(pending);
  return sent;
}

async function post(url: string, body: Buffer, tries: number): Promise<boolean> {
  if (await posted(url, body)) return true;
  if (tries <= 1) return false;
  await sleep(1000);
  return post(url, body, tries - 1);
}

async function posted(url: string, body: Buffer): Promise<boolean> {
  try {
    const response = await fetch(url, { method: "POST", body, headers: { "content-type": "application/x-protobuf" } });
    await response.arrayBuffer();
    return response.ok;
  } catch {
    return false;
  }
}
