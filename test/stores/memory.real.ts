import { afterAll, expect, test } from "vitest";
import { docker, Ground } from "./servers.ts";
import { Deployed } from "./stack.ts";

let ground: Ground | undefined;
afterAll(() => ground?.remove());

test("a full Redis of our own evicts keys and lives, also while it rewrites its file under writing", async () => {
  ground = new Ground();
  const deployed = await Deployed.of(
    ground,
    { postgres: "none", rabbitmq: "none", redis: { managed: true, memory: 64 } },
    {},
    // The library gives up after five seconds; on a busy disk a write waits longer than that.
    { REDIS_URL: "redis://{redis.login}/0?socket_timeout=60" },
  );
  await deployed.sink.close();
  const server = deployed.start("redis");
  const source = `
import asyncio, os, random, time
import redis.asyncio
async def main():
    cache = redis.asyncio.from_url(os.environ["REDIS_URL"])
    value, end = os.urandom(1000), time.time() + 20
    async def rewrite():
        while time.time() < end:
            try: await cache.bgrewriteaof()
            except redis.exceptions.ResponseError: pass  # one is running
            await asyncio.sleep(0.5)
    rewriting = asyncio.create_task(rewrite())
    while time.time() < end:
        pipe = cache.pipeline(transaction=False)
        for _ in range(500): pipe.set(f"key{random.randrange(400000)}", value)
        await pipe.execute()
    await rewriting
    info = await cache.info()
    print(info["evicted_keys"] > 1000, info["aof_rewrites"] > 3, info["aof_last_bgrewrite_status"])
    await cache.aclose()
asyncio.run(main())
`;
  expect(deployed.python(source).trim()).toBe("True True ok");
  expect(docker("inspect", server.id, "--format", "{{.State.OOMKilled}} {{.RestartCount}}")).toBe("false 0");
  expect(server.logs()).not.toContain("terminated by signal");
});
