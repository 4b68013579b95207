import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, test } from "vitest";
import type { EngineAccess } from "../../../components/docker/engine-connection.ts";
import { untilWorking, type Watched } from "../../../components/docker/health.ts";
import { masked } from "../../../formats/masked.ts";

const servers: Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) server.close();
});

const answering = async (statuses: number[]): Promise<string> => {
  const server = createServer((_, response) => response.writeHead(statuses.shift() ?? 200).end());
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
};

interface State {
  readonly health?: string;
  readonly said?: string;
  readonly runsFor?: number;
  readonly restarts?: number;
}

/** An engine's socket, with one container in these states, the last one for ever, and with this log. */
const engine = async (states: State[], log = ""): Promise<EngineAccess> => {
  const server = createServer(({ url }, response) => {
    if (url === "/containers/p-s-collector/json") {
      const { health, said, runsFor, restarts = 0 } = (states.length > 1 ? states.shift() : states[0]) ?? {};
      const now = Math.floor(Date.now() / 1000) * 1000;
      const started = runsFor !== undefined && {
        Running: true,
        StartedAt: new Date(now - runsFor * 1000).toISOString(),
      };
      const State = {
        ExitCode: 1,
        ...started,
        ...(health && { Health: { Status: health, Log: said ? [{ Output: "old" }, { Output: said }] : null } }),
      };
      response.setHeader("Date", new Date(now).toUTCString());
      return response.end(JSON.stringify({ State, RestartCount: restarts }));
    }
    if (url !== "/containers/p-s-collector/logs?stdout=1&stderr=1&tail=8")
      return response.writeHead(404).end('{"message":"No such container"}');
    const text = Buffer.from(log);
    const head = Buffer.from([1, 0, 0, 0, 0, 0, 0, 0]);
    head.writeUInt32BE(text.length, 4);
    return response.end(Buffer.concat([head, text]));
  });
  servers.push(server);
  const path = join(tmpdir(), `engine-${process.pid}-${servers.length}-${Date.now()}.sock`);
  await new Promise<void>((resolve) => server.listen(path, resolve));
  return { address: `unix://${path}` };
};

const watched = (differs: Partial<Watched>): Watched => ({
  name: "collector",
  container: "p-s-collector",
  engine: undefined,
  seconds: 0.4,
  explainsItself: false,
  ...differs,
});
const goOn =
  "Mend what its log names (docker logs p-s-collector), then run pulumi up again: everything else is started, and no deployment was marked.";

describe("a container works", () => {
  test("without a health command, where its port cannot be asked, once it has run for five seconds by the engine's clock", async () => {
    const at = await engine([{ runsFor: 1 }, { runsFor: 4 }, { runsFor: 5 }, { runsFor: 0 }]);
    expect(await untilWorking(watched({ engine: at, seconds: 5 }))).toBeUndefined();
  });

  test("as soon as it answers with success", async () => {
    const url = await answering([503, 503, 200]);
    expect(await untilWorking(watched({ url, seconds: 5 }))).toBeUndefined();
  });

  test("without an address, as soon as the engine calls it healthy", async () => {
    const at = await engine([{ health: "starting" }, { health: "healthy" }]);
    expect(await untilWorking(watched({ engine: at, seconds: 5 }))).toBeUndefined();
  });
});

describe("or the sentence says", () => {
  test("which container, what it answered, how long, and how to go on, also where the engine cannot be asked", async () => {
    const url = await answering(Array(100).fill(503));
    expect(await untilWorking(watched({ url }))).toBe(
      `collector: the container p-s-collector does not work: nothing at ${url} says that it is ready (status 503); waited 0.4 s. ${goOn}`,
    );
  });

  test("that nobody listens", async () => {
    expect(await untilWorking(watched({ url: "http://127.0.0.1:4/" }))).toMatch(
      /nothing at http:\/\/127\.0\.0\.1:4\/ says that it is ready \(.*ECONNREFUSED.*\); waited 0\.4 s\./,
    );
  });

  test("the first line that its health command printed last, which no log of the container has", async () => {
    const at = await engine([{ health: "unhealthy", said: '\nexec: "curl": not found\nmore' }]);
    expect(await untilWorking(watched({ engine: at }))).toContain(
      'does not work: its health command says "unhealthy" (exec: "curl": not found); waited 0.4 s.',
    );
  });

  test("what its health command says, and its last lines", async () => {
    const at = await engine([{ health: "unhealthy" }], "one\n\ntwo\n");
    expect(await untilWorking(watched({ engine: at }))).toBe(
      `collector: the container p-s-collector does not work: its health command says "unhealthy"; waited 0.4 s. ${goOn} Its last lines:\n    one\n    two`,
    );
  });

  test("at once that it ends again and again", async () => {
    const at = await engine([{ restarts: 2 }, { restarts: 4 }, { restarts: 5 }], "bad configuration\n");
    const begun = Date.now();
    expect(await untilWorking(watched({ engine: at, url: "http://127.0.0.1:4/", seconds: 60 }))).toMatch(
      /; it ended with exit code 1 and was restarted 5 times\. Mend .* Its last lines:\n {4}bad configuration$/,
    );
    expect(Date.now() - begun).toBeLessThan(10_000);
  });

  test("what the container explains itself, and nothing else", async () => {
    const log = "trying\npostgres.adminUser: root cannot make the role otel_monitor\n";
    const at = await engine([{ health: "starting" }], log);
    expect(await untilWorking(watched({ engine: at, explainsItself: true }))).toBe(
      "postgres.adminUser: root cannot make the role otel_monitor",
    );
  });

  test("that it did not become healthy, where it explains nothing", async () => {
    const at = await engine([{ health: "starting" }]);
    expect(await untilWorking(watched({ engine: at, explainsItself: true }))).toMatch(/^collector: .*"starting"/);
  });
});

describe("lines of a log are shown without secrets", () => {
  const secret = 'pa"ss/w ord';
  test.each([
    ["as it is", `token ${secret} refused`, "token *** refused"],
    ["in an address", `amqp://app:${encodeURIComponent(secret)}@rabbitmq`, "amqp://***@rabbitmq"],
    ["in JSON", JSON.stringify({ secret }), '{"secret":"***"}'],
    ["as basic authentication", `Basic ${Buffer.from(secret).toString("base64")}`, "Basic ***"],
  ])("%s", (_, line, shown) => {
    expect(masked(line, [secret])).toBe(shown);
  });

  test("each line of a key of several lines", () => {
    expect(masked("read MIIEvQIB and c2VjcmV0", ["MIIEvQIB\nc2VjcmV0\n"])).toBe("read *** and ***");
  });

  test("who is in an address, whatever is known to be secret", () => {
    expect(masked("dial https://user:pass@example.org/x?y=1", [])).toBe("dial https://***@example.org/x?y=1");
  });

  test("words stay that are no secret, and what is too short to be one hides nothing", () => {
    expect(masked("no such host", ["", "no", "other"])).toBe("no such host");
  });
});
