import { createServer, type Server } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { refuseAnotherDatabase } from "../../../components/datastores/postgres.ts";
import { Scope, type ScopeArgs } from "../../../components/docker/scope.ts";

const socket = join(tmpdir(), `another-database-${process.pid}.sock`);
let engine: Server;
beforeAll(async () => {
  engine = createServer(({ url }, response) => {
    if (url !== "/containers/p-s-postgres/json") return response.writeHead(404).end("{}");
    return response.end(JSON.stringify({ State: {}, Config: { Env: ["PATH=/bin", "POSTGRES_DB=games"] } }));
  });
  await new Promise<void>((resolve) => engine.listen(socket, resolve));
});
afterAll(() => engine.close());

const refuse = (database: string | undefined, args: Partial<ScopeArgs> = {}) => {
  const fixed = { project: "p", stack: "s", environment: "e", namespace: "app", portOffset: 0, protect: true };
  const scope = new Scope({
    ...fixed,
    engineIsLocal: true,
    engine: { address: `unix://${socket}` },
    run: "preview",
    ...args,
  });
  return refuseAnotherDatabase({ managed: true, memory: 160, ...(database && { database }) }, scope);
};

test("another name for the database of a server that exists is refused, in previews too, with both ways out", async () => {
  await expect(refuse("shop")).rejects.toThrow(
    `postgres.database: "shop", but the data of p-s-postgres is in the database "games", and a server makes its database only once. Set it back with: pulumi config set --path postgres.database games. To rename it, with the application stopped: docker exec p-s-postgres psql -U postgres -c 'ALTER DATABASE "games" RENAME TO "shop"', then docker rm -f p-s-postgres (its data is on a volume) and pulumi up --refresh.`,
  );
});

test("so is the name that follows from another namespace", async () => {
  await expect(refuse(undefined)).rejects.toThrow('postgres.database: "app", but');
});

test.each<[string, string, Partial<ScopeArgs>]>([
  ["the same name", "games", {}],
  ["a server that is not there yet", "shop", { stack: "other" }],
  ["an engine that cannot be asked", "shop", { engine: undefined }],
  ["a recording, which no engine knows of", "shop", { run: "recording" }],
])("%s is not refused", async (_, database, args) => {
  await expect(refuse(database, args)).resolves.toBeUndefined();
});
