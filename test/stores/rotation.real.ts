import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { until } from "../collector/collector.ts";
import { docker, Ground, type Running } from "./servers.ts";
import { Deployed } from "./stack.ts";

/** docs/existing-stores.md#another-password-for-a-store-made-here: its commands as they stand there, on containers that were replaced. */

const PAGE = readFileSync(join(import.meta.dirname, "../../docs/existing-stores.md"), "utf8");
const [, BLOCK = ""] = /## Another password.*?```sh\n(.*?)```/s.exec(PAGE) ?? [];
const CONTAINER = /game-scheduler-otel-dev-(postgres|rabbitmq)/g;

let ground: Ground;
let deployed: Deployed;
beforeAll(async () => {
  ground = new Ground();
  deployed = await Deployed.of(
    ground,
    { postgres: { managed: true }, redis: { managed: true }, rabbitmq: { managed: true } },
    {},
    {
      DATABASE_URL: "postgresql://{postgres.login}",
      REDIS_URL: "redis://{redis.login}",
      RABBITMQ_URL: "amqp://{rabbitmq.login}",
    },
  );
  await deployed.sink.close();
});
afterAll(() => ground?.remove());

/** What the program makes as a placeholder, as another password of the same kind. */
const next = (text: string): string =>
  text.replace(/generated-(postgres|redis|rabbitmq)-(app|monitor|admin)/g, "next-$1-$2");

type Store = "postgres" | "redis" | "rabbitmq";
const DATA = { postgres: "/var/lib/postgresql/data", redis: "/data", rabbitmq: "/var/lib/rabbitmq" } as const;

/** The store's container with the files as they are, or as they are with the next passwords; the data is on a volume either way. */
function start(store: Store, files: (text: string) => string, from?: Running): Running {
  const { image, inputs, env, files: own } = deployed.run.container(store);
  if (from !== undefined) docker("stop", from.id);
  const running = ground.run({
    name: store,
    image,
    user: String(inputs.user),
    env,
    files: Object.fromEntries(Object.entries(own).map(([path, content]) => [path, files(content)])),
    memory: Number(inputs.memory),
    command: (inputs.command ?? []) as readonly string[],
    options: [
      `--hostname=${store}`,
      from === undefined ? `--volume=${DATA[store]}` : `--volume=${volumeOf(from, store)}:${DATA[store]}`,
    ],
  });
  return running;
}

const volumeOf = ({ id }: Running, store: Store): string =>
  docker("inspect", id, "--format", `{{range .Mounts}}{{if eq .Destination "${DATA[store]}"}}{{.Name}}{{end}}{{end}}`);

const PROBES: Readonly<Record<Store, string>> = {
  postgres: `
import asyncio, asyncpg, os
async def main():
    connection = await asyncpg.connect(os.environ["DATABASE_URL"])
    await connection.execute("CREATE TABLE IF NOT EXISTS kept (n int); INSERT INTO kept VALUES (1)")
    print("rows", await connection.fetchval("SELECT count(*) FROM kept"))
asyncio.run(main())
`,
  redis: `
import os, redis
print("rows", redis.from_url(os.environ["REDIS_URL"]).incr("kept"))
`,
  rabbitmq: `
import asyncio, aio_pika, os
async def main():
    connection = await aio_pika.connect(os.environ["RABBITMQ_URL"])
    channel = await connection.channel()
    queue = await channel.declare_queue("kept", durable=True)
    await channel.default_exchange.publish(aio_pika.Message(b"x", delivery_mode=2), "kept")
    print("rows", (await channel.declare_queue("kept", durable=True)).declaration_result.message_count)
    await connection.close()
asyncio.run(main())
`,
};

/** Rows that a service finds with its own after it has signed in with what the program gives it; `refused` where it cannot. */
function signsIn(store: Store, given: (text: string) => string = (text) => text): string {
  const { env } = deployed.run.container("app");
  const changed = Object.fromEntries(Object.entries(env).map(([key, value]) => [key, given(value)]));
  const set = `import os; os.environ.update(${JSON.stringify(changed)})\n`;
  try {
    return (
      deployed
        .python(set + PROBES[store])
        .trim()
        .split("\n")
        .at(-1) ?? ""
    );
  } catch (error) {
    const said = error instanceof Error ? error.message : "";
    return /password|AuthenticationError|ACCESS_REFUSED|ProbableAuthenticationError|invalid username/i.test(said)
      ? "refused"
      : said;
  }
}

/** Step 2 of the page for one store, with the container's name in this test. */
function tell(store: Store, { id }: Running): void {
  const commands = BLOCK.split(/\n(?=docker exec)/).filter((command) => command.includes(`-dev-${store} `));
  expect(commands).toHaveLength(1);
  expect(sh((commands[0] ?? "").replace(CONTAINER, id))).not.toMatch(/error/i);
}

const sh = (script: string): string => execFileSync("sh", ["-ec", script], { encoding: "utf8" });

const ready = (store: Store, given?: (text: string) => string) =>
  until(() => !/[Cc]onnect|refused the|gaierror|starting up/.test(signsIn(store, given)), `${store} answers`);

describe.each(["postgres", "rabbitmq"] as const)("%s", (store) => {
  test("keeps the old password when its container gets the next one, until step 2 tells it; data stays", async () => {
    const first = start(store, (text) => text);
    await ready(store);
    expect(signsIn(store)).toMatch(/^rows \d/);
    const second = start(store, next, first);
    await ready(store);
    expect([signsIn(store, next), signsIn(store)]).toEqual(["refused", expect.stringMatching(/^rows \d/)]);
    tell(store, second);
    expect([signsIn(store), signsIn(store, next)]).toEqual(["refused", expect.stringMatching(/^rows [2-9]/)]);
  });
});

test("redis takes the next password with its container; data stays", async () => {
  const first = start("redis", (text) => text);
  await ready("redis");
  expect(signsIn("redis")).toMatch(/^rows \d/);
  start("redis", next, first);
  await ready("redis", next);
  expect([signsIn("redis"), signsIn("redis", next)]).toEqual(["refused", expect.stringMatching(/^rows [2-9]/)]);
});
