import { describe, expect, test } from "vitest";
import { type AdoptArgs, adopt } from "../../../adopt/adopt.ts";
import { type ComposeProject, type ComposeService, warningsOf } from "../../../adopt/compose-project.ts";
import type { MachineImage } from "../../../adopt/machine.ts";
import { type Note, noteLines } from "../../../adopt/notes.ts";
import { problemsOf, secretsFile, stackFile } from "../../../adopt/stack-file.ts";

const image = (id: string, more: Partial<MachineImage> = {}): MachineImage => ({
  id: `sha256:${id.repeat(64).slice(0, 64)}`,
  digests: [],
  env: [],
  entrypoint: [],
  command: [],
  user: "",
  ...more,
});

const shop = (
  services: Record<string, ComposeService>,
  more: Partial<ComposeProject> = {},
  args: Partial<AdoptArgs> = {},
) => {
  const volumes = new Set(["shop_pg", "elsewhere"]);
  const images = new Map([
    ["shop-web", image("a")],
    ["redis", image("b", { digests: [`redis@sha256:${"c".repeat(64)}`] })],
  ]);
  return adopt({
    stack: "shop",
    project: { name: "shop", services, ...more },
    inactive: {},
    warnings: [],
    machine: { images, volumes, containers: [] },
    commands: { compose: "docker compose -f shop.yaml", adopt: "npm run adopt -- shop.yaml --overwrite" },
    buildContexts: new Map(),
    readFile: () => undefined,
    ...args,
  });
};

const serviceOf = (...given: Parameters<typeof shop>) =>
  (shop(...given).settings.services as readonly Record<string, unknown>[])[0] ?? {};
const noteLine = (note: Note): string => `not taken over: ${noteLines([note])[0]}`;
const notesOf = (...given: Parameters<typeof shop>) => shop(...given).notes.map(noteLine);

const database: ComposeService = {
  image: "postgres:17",
  environment: { POSTGRES_USER: "app", POSTGRES_PASSWORD: "hunter22", POSTGRES_DB: "shop" },
  volumes: [{ type: "volume", source: "pg", target: "/var/lib/postgresql/data" }],
};

test("a store that the project builds is known by what it is built from", () => {
  const built = { from: "postgres:17", pythonPackages: "", isPython: false, nodePackages: "" };
  const db = { ...database, image: "shop-db:1", build: { context: "/srv" } };
  const { settings } = shop({ db }, {}, { buildContexts: new Map([["db", built]]) });
  expect(settings.postgres).toMatchObject({ managed: false, host: "db", user: "app", database: "shop" });
  expect(shop({ db }).settings.postgres).toBe("none");
});

test.each<[ComposeService, boolean]>([
  [{ command: ["pg_dump", "-h", "db", "-U", "postgres"] }, false],
  [{ entrypoint: ["/bin/sh", "-c", "while true; do psql -h db -U postgres -c 'select 1'; sleep 60; done"] }, false],
  [{ environment: { PGHOST: "db", PGPASSWORD: "hunter22" } }, false],
  [{ environment: { PGHOST: "/run/postgresql" } }, true],
  [{ environment: { PGHOST: "backup" } }, true],
  [{ command: ["-c", "max_connections=200"] }, true],
  [{ command: ["sh", "-c", "psql --version; exec docker-entrypoint.sh postgres -c fsync=off"] }, true],
  [{ command: ["postgres", "-c", "log_statement=all"] }, true],
])("a container of a store's image that only asks another one is no store: %j", (given, isStore) => {
  const { settings } = shop({ backup: { image: "postgres:17", ...given } });
  expect(settings.postgres !== "none").toBe(isStore);
});

test("a RabbitMQ whose password is in a file that cannot be read has not the one of everybody", () => {
  const environment = { RABBITMQ_DEFAULT_USER: "shop", RABBITMQ_PASSWORD_FILE: "/run/secrets/mq" };
  const mq = { image: "rabbitmq:4", environment, secrets: [{ source: "mq" }] };
  const secrets = { mq: { file: "/srv/mq" } };
  expect(shop({ mq }, { secrets }).settings.rabbitmq).toBe("none");
  const read = shop({ mq }, { secrets }, { readFile: (file) => (file === "/srv/mq" ? "hunter22" : undefined) });
  expect(read.settings.rabbitmq).toEqual({ managed: false, host: "mq", user: "shop" });
  expect(read.secrets).toEqual({ rabbitmqPassword: "hunter22" });
});

test("a store whose password is the name of its user runs unmeasured, and the name is a secret too", () => {
  const db = { image: "postgres:17", environment: { POSTGRES_USER: "tracker22", POSTGRES_PASSWORD: "tracker22" } };
  const web = {
    image: "a:1",
    environment: { DB_USER: "tracker22", URL: "postgres://tracker22:tracker22@db/tracker22" },
  };
  const adopted = shop({ db, web });
  expect(adopted.settings.postgres).toBe("none");
  expect(JSON.stringify(adopted.settings)).not.toContain("tracker22");
  expect(adopted.notes.map(noteLine)).toEqual([
    expect.stringContaining("metrics: its password stands in the name of its user or database"),
  ]);
  // an ordinary word is the name of both in many projects
  const plain = { image: "postgres:17", environment: { POSTGRES_USER: "postgres", POSTGRES_PASSWORD: "postgres" } };
  expect(shop({ db: plain }).settings.postgres).toMatchObject({ user: "postgres" });
});

test("a store whose password cannot be read runs as before, and says why it is not measured", () => {
  const db = { image: "postgres:17", environment: { POSTGRES_PASSWORD_FILE: "/run/secrets/none" } };
  expect(shop({ db }).settings.postgres).toBe("none");
  expect(notesOf({ db })).toEqual([
    "not taken over: service db: metrics: its password cannot be read here ($POSTGRES_PASSWORD_FILE); set postgres as docs/existing-stores.md says, and postgresPassword; the container runs as before",
  ]);
});

describe("data stays where it is", () => {
  test("a volume that the project made is mounted, and one that does not exist yet is the stack's own", () => {
    const volumes = [
      { type: "volume", source: "pg", target: "/data" },
      { type: "volume", source: "new_one", target: "/new", read_only: true },
      { type: "volume", source: "named", target: "/named" },
    ];
    const project = {
      volumes: { pg: { name: "shop_pg" }, new_one: null, named: { name: "elsewhere", external: true } },
    };
    expect(serviceOf({ web: { image: "a:1", volumes } }, project).volumes).toEqual([
      { external: "shop_pg", path: "/data" },
      { name: "new-one", path: "/new", readOnly: true },
      { external: "elsewhere", path: "/named" },
    ]);
  });

  test("one of another project, or with a driver's options, is never made here", () => {
    const volumes = ["gone", "nfs"].map((source) => ({ type: "volume", source, target: `/${source}` }));
    const project = {
      volumes: { gone: { name: "gone", external: true }, nfs: { name: "shop_nfs", driver_opts: { type: "nfs" } } },
    };
    expect(serviceOf({ web: { image: "a:1", volumes } }, project).volumes).toEqual([
      { external: "gone", path: "/gone" },
      { external: "shop_nfs", path: "/nfs" },
    ]);
    expect(notesOf({ web: { image: "a:1", volumes } }, project)).toEqual(
      ["gone", "shop_nfs"].map((name) => expect.stringContaining(`volumes: ${name} is not on this machine`)),
    );
  });

  test("where no engine answers, every volume is taken for one that exists", () => {
    const volumes = [{ type: "volume", source: "new", target: "/new" }];
    expect(serviceOf({ web: { image: "a:1", volumes } }, {}, { machine: undefined }).volumes).toEqual([
      { external: "shop_new", path: "/new" },
    ]);
  });

  test("folders are mounted as in Compose, and files of secrets where the service looks for them", () => {
    const web: ComposeService = {
      image: "a:1",
      volumes: [
        { type: "bind", source: "/srv/shop", target: "/app" },
        { type: "bind", source: "/srv/conf", target: "/conf", read_only: true },
        { type: "bind", source: "/var/run/docker.sock", target: "/var/run/docker.sock" },
        { type: "volume", target: "/app/node_modules" },
      ],
      secrets: [{ source: "key", target: "/run/secrets/key" }, { source: "cloud" }, { source: "unset" }],
      configs: [{ source: "ini", target: "/etc/app.ini" }],
    };
    const project = {
      secrets: { key: { file: "/srv/key.txt" }, cloud: { external: true }, unset: { environment: "KEY" } },
      configs: { ini: { file: "/srv/app.ini" } },
    };
    expect(serviceOf({ web }, project).volumes).toEqual([
      { host: "/srv/shop", path: "/app", write: true },
      { host: "/srv/conf", path: "/conf" },
      { host: "/srv/key.txt", path: "/run/secrets/key" },
      { host: "/srv/app.ini", path: "/etc/app.ini" },
    ]);
    expect(notesOf({ web }, project)).toEqual([
      "not taken over: service web: volumes: /var/run/docker.sock gives the container all rights on this machine; leave what needs it in Compose",
      "not taken over: service web: volumes: /app/node_modules: an anonymous volume belongs to one container and is lost with it, so a new one is as good",
      "not taken over: service web: secrets: cloud: one that is kept elsewhere is not taken over; write it into a file, or give it as {secret.<name>} to a variable",
      "not taken over: service web: secrets: unset: KEY, which it is taken from, has no value here; give it one, and adopt again",
    ]);
  });
});

describe("a store goes on as a service of the stack, and is read as one that exists", () => {
  test("PostgreSQL: the same image, user and volume; its password is the stack's", () => {
    const { settings, secrets } = shop({ db: database });
    expect(settings.postgres).toEqual({ managed: false, host: "db", user: "app", database: "shop", adminUser: "app" });
    expect(secrets).toEqual({ postgresPassword: "hunter22" });
    expect(settings.services).toEqual([
      {
        name: "db",
        kind: "other",
        image: "postgres:17",
        env: { POSTGRES_DB: "shop", POSTGRES_PASSWORD: "{postgres.password}", POSTGRES_USER: "app" },
        volumes: [{ external: "shop_pg", path: "/var/lib/postgresql/data" }],
        memory: 512,
        user: "image",
      },
    ]);
  });

  test("its password may come from a file, and then stays in that file for the container", () => {
    const db = {
      ...database,
      environment: { POSTGRES_PASSWORD_FILE: "/run/secrets/pw" },
      secrets: [{ source: "pw", target: "/run/secrets/pw" }],
    };
    const readFile = (path: string) => (path === "/srv/pw" ? "hunter22\n" : undefined);
    const { secrets, settings } = shop({ db }, { secrets: { pw: { file: "/srv/pw" } } }, { readFile });
    expect(secrets).toEqual({ postgresPassword: "hunter22" });
    expect(JSON.stringify(settings)).not.toContain("hunter22");
  });

  test("Redis with a password in its command: the command is a shell's that takes it from a variable", () => {
    const command = ["redis-server", "--requirepass", "hunter22", "--maxmemory-policy", "allkeys-lru"];
    const { settings, secrets } = shop({ cache: { image: "redis:8", command } });
    expect(settings.redis).toEqual({ managed: false, host: "cache", evicts: true });
    expect(secrets).toEqual({ redisPassword: "hunter22" });
    expect(settings.services).toMatchObject([
      {
        entrypoint: [
          "sh",
          "-c",
          'exec docker-entrypoint.sh redis-server --requirepass "$ADOPTED_CACHE_SECRET" --maxmemory-policy allkeys-lru',
        ],
        env: { ADOPTED_CACHE_SECRET: "{redis.password}" },
      },
    ]);
  });

  test("RabbitMQ keeps the host name that its data is named after", () => {
    const container = { name: "shop-mq-1", service: "mq", hostname: "3f2a", running: false, ended: false };
    const machine = { images: new Map(), volumes: new Set<string>(), containers: [container] };
    const { settings } = shop({ mq: { image: "rabbitmq:4" } }, {}, { machine });
    expect(settings.rabbitmq).toEqual({ managed: false, host: "mq", user: "guest" });
    expect(settings.services).toMatchObject([{ name: "mq", hostname: "3f2a" }]);
  });

  test("of two, the one that most services wait for is measured", () => {
    const web: ComposeService = { image: "a:1", depends_on: { main: {} } };
    const { settings, notes } = shop({ archive: database, main: database, web });
    expect(settings.postgres).toMatchObject({ host: "main" });
    expect(notes.map(noteLine)).toEqual([
      "not taken over: service archive: metrics: a stack measures one postgres, here main; the container runs as before",
    ]);
  });

  test("one whose user may not make the monitoring user runs unmeasured", () => {
    const environment = { POSTGRESQL_USERNAME: "a", POSTGRESQL_PASSWORD: "hunter22" };
    const { settings, notes, secrets } = shop({ db: { image: "bitnami/postgresql:17", environment } });
    expect(settings.postgres).toBe("none");
    expect(notes.map(noteLine)[0]).toContain("service db: metrics: its user may not make the role otel_monitor");
    expect(secrets).toEqual({ "secrets.postgresql-password": "hunter22" });
  });
});

describe("an image is one that stays the same", () => {
  test.each<[string, ComposeService, string]>([
    ["a tag", { image: "postgres:17" }, "postgres:17"],
    ["latest, from a registry: its digest", { image: "redis" }, `redis@sha256:${"c".repeat(64)}`],
    ["built by the project: a tag made from its id", { build: { context: "/srv" } }, "shop-web:aaaaaaaaaaaa"],
  ])("%s", (_, service, expected) => {
    expect(serviceOf({ web: service }).image).toBe(expected);
  });

  test("one that is not on the machine is to be built or pulled first", () => {
    const { todos } = shop({
      a: { build: { context: "/srv" } },
      b: { build: { context: "/srv" } },
      c: { image: "x:latest" },
    });
    expect(todos).toEqual([
      'run "docker compose -f shop.yaml build", then "npm run adopt -- shop.yaml --overwrite": shop-a, shop-b are built by the project, and only the image on this machine says which one is meant',
      'run "docker compose -f shop.yaml pull", then "npm run adopt -- shop.yaml --overwrite": x:latest have no tag of their own, and only the image on this machine says which one is meant',
    ]);
  });
});

describe("a service", () => {
  test("keeps its command, order, names, health, limits and rights", () => {
    const celery_worker: ComposeService = {
      image: "a:1",
      command: ["celery", "-A", "shop", "worker"],
      working_dir: "/code",
      hostname: "worker.local",
      container_name: "shop_worker",
      networks: { back: { aliases: ["jobs"] }, front: null },
      extra_hosts: ["host.docker.internal=host-gateway", "old=10.0.0.7"],
      depends_on: { db: { condition: "service_healthy" } },
      healthcheck: { test: ["CMD-SHELL", "celery inspect ping"], start_period: "1m30s" },
      mem_limit: "314572800",
      user: "1000",
    };
    const [worker] = (shop({ celery_worker, db: database }).settings.services as readonly object[]) ?? [];
    expect(worker).toEqual({
      name: "celery-worker",
      kind: "python",
      image: "a:1",
      command: ["celery", "-A", "shop", "worker"],
      workingDir: "/code",
      hostname: "worker.local",
      aliases: ["celery_worker", "shop_worker", "jobs"],
      hosts: { "host.docker.internal": "host-gateway", old: "10.0.0.7" },
      after: ["db"],
      health: ["/bin/sh", "-c", "celery inspect ping"],
      startPeriod: "90s",
      memory: 300,
      user: "1000:1000",
    });
  });

  test("with an empty entrypoint runs its command alone", () => {
    expect(serviceOf({ web: { image: "a:1", entrypoint: [], command: ["npm", "run", "watch"] } })).toMatchObject({
      entrypoint: ["npm", "run", "watch"],
    });
    expect(serviceOf({ web: { image: "a:1", entrypoint: [], command: ["x"] } })).not.toHaveProperty("command");
    expect(serviceOf({ web: { image: "a:1", entrypoint: [] } })).not.toHaveProperty("entrypoint");
    const machine = {
      images: new Map([["a:1", image("a", { command: ["serve"] })]]),
      volumes: new Set([]),
      containers: [],
    };
    expect(serviceOf({ web: { image: "a:1", entrypoint: [] } }, {}, { machine })).toMatchObject({
      entrypoint: ["serve"],
    });
  });

  test("has as long until it is called ill as its own check gives it", () => {
    const check = (more: object) => serviceOf({ web: { image: "a:1", healthcheck: { test: ["CMD", "x"], ...more } } });
    expect(check({ interval: "1m", retries: 5, start_period: "30s" })).toMatchObject({ startPeriod: "270s" });
    expect(check({ interval: "5s", retries: 3 })).not.toHaveProperty("startPeriod");
    expect(check({ interval: "24h" })).toMatchObject({ startPeriod: "3600s" });
    expect(check({ start_period: "90s" })).toMatchObject({ startPeriod: "90s" });
  });

  test("whose image has the check that others wait for brings it along, and where it is not known, that is said", () => {
    const web = { image: "a:1", depends_on: { db: { condition: "service_healthy" } } };
    const withImage = (found: Partial<MachineImage> | undefined) => {
      const images = new Map(found === undefined ? [] : [["own/db:1", image("d", found)]]);
      const machine = { images, volumes: new Set<string>(), containers: [] };
      const { settings, notes } = shop({ db: { image: "own/db:1" }, web }, {}, { machine });
      const [db] = settings.services as readonly Record<string, unknown>[];
      return { health: db?.health, notes: notes.map(noteLine) };
    };
    const check = ["CMD-SHELL", "ready || exit 1"];
    expect(withImage({ check })).toEqual({ health: ["/bin/sh", "-c", "ready || exit 1"], notes: [] });
    expect(withImage({}).notes).toEqual([expect.stringContaining("neither it nor its image has a check")]);
    expect(withImage(undefined)).toEqual({
      health: undefined,
      notes: [expect.stringContaining("pull it and adopt again")],
    });
    // nobody waits: Docker looks at it all the same
    expect(serviceOf({ db: { image: "shop-web" } }).health).toBeUndefined();
  });

  test.each<[ComposeService, number]>([
    [{ image: "a:1" }, 512],
    [{ image: "docker.elastic.co/elasticsearch/elasticsearch:8.15.0" }, 2048],
    [{ image: "opensearchproject/opensearch:2", environment: { OPENSEARCH_JAVA_OPTS: "-Xms512m -Xmx4g" } }, 8192],
    [{ image: "a:1", command: ["java", "-Xmx256m", "-jar", "a.jar"] }, 512],
    [{ image: "confluentinc/cp-kafka:7.6", mem_limit: "734003200" }, 700],
    [{ image: "shop/solr-client:1" }, 512],
  ])("without a limit in Compose has room to start: %j", (given, memory) => {
    expect(serviceOf({ a: given }).memory).toBe(memory);
  });

  test("with more than the others is named with it", () => {
    const search = { image: "elasticsearch:8.15.0" };
    const about = (services: Record<string, ComposeService>) =>
      shop(services).remarks.filter((remark) => /limit of memory/.test(remark));
    expect(about({ my_search: search, web: { image: "a:1" } })).toEqual([
      "services without a limit of memory in Compose get 512 MiB each (my-search 2048): change memory where one needs more",
    ]);
    expect(about({ web: { image: "a:1", mem_limit: "734003200" } })).toEqual([]);
  });

  test("whose check is switched off is never called ill by its image's own", () => {
    const healthcheck = { disable: true };
    const images = (isChecked: boolean) => ({
      machine: { images: new Map([["a:1", image("a", { isChecked })]]), volumes: new Set<string>(), containers: [] },
    });
    expect(serviceOf({ web: { image: "a:1", healthcheck } })).toMatchObject({ health: ["true"] });
    expect(serviceOf({ web: { image: "a:1", healthcheck: { test: ["NONE"] } } })).toMatchObject({ health: ["true"] });
    expect(serviceOf({ web: { image: "a:1", healthcheck } }, {}, images(true))).toMatchObject({ health: ["true"] });
    expect(serviceOf({ web: { image: "a:1", healthcheck } }, {}, images(false))).not.toHaveProperty("health");
    expect(notesOf({ web: { image: "a:1", healthcheck } }, {}, images(false))).toEqual([]);
  });

  test("that makes something and is not restarted is a task", () => {
    expect(serviceOf({ "create-site": { image: "a:1", command: ["sh", "-c", "make-site"] } })).toMatchObject({
      once: true,
    });
    const script = ["bash", "-c", "start=$(date); make-site"];
    const never = { restart_policy: { condition: "none" } };
    expect(serviceOf({ "create-site": { image: "a:1", command: script, deploy: never } })).toMatchObject({
      once: true,
    });
    expect(serviceOf({ "create-site": { image: "a:1", command: ["sh", "-c", "serve"] } })).not.toHaveProperty("once");
    expect(serviceOf({ creator: { image: "a:1", command: ["x"] } })).not.toHaveProperty("once");
  });

  test("keeps the host name that its own name does not say", () => {
    expect(serviceOf({ my_app: { image: "a:1", hostname: "my_app" } })).toMatchObject({ hostname: "my_app" });
    expect(serviceOf({ app: { image: "a:1", hostname: "app" } })).not.toHaveProperty("hostname");
  });

  test("whose port the stack or another service has is published at another, and that is said", () => {
    const at = (...published: number[]) => published.map((port) => ({ target: 80, published: String(port) }));
    const { settings, remarks } = shop({
      front: { image: "a:1", ports: at(3000, 8080) },
      other: { image: "a:1", ports: at(8080) },
      mail: { image: "a:1", ports: at(25) },
      high: { image: "a:1", ports: at(16686) },
    });
    expect(settings.services).toMatchObject([
      { publish: { as: 13_000 }, alsoPublish: [{ as: 8080 }] },
      { publish: { as: 18_080 } },
      { publish: { as: 10_025 } },
      { publish: { as: 26_686 } },
    ]);
    expect(remarks).toContain(
      "port 3000 of front is published as 13000, not 3000, which is that of the stack's Grafana: change addresses that name it",
    );
    expect(remarks).toContain(
      "port 25 of mail is published as 10025, not 25, to which browsers open no connection: change addresses that name it",
    );
  });

  test("that wants root of an image which is not here says that it is not known", () => {
    const about = (reference: string) => notesOf({ a: { image: reference, user: "root" } });
    expect(about("own/tool:1")).toEqual([expect.stringContaining("user: root: runs as the image's own user")]);
    const images = new Map([["own/tool:1", image("e")]]);
    const machine = { images, volumes: new Set<string>(), containers: [] };
    expect(notesOf({ a: { image: "own/tool:1", user: "root" } }, {}, { machine })).toEqual([]);
  });

  test("a uid alone gets a group of its number, and that is said: Docker takes the one of the image's /etc/passwd, or 0", () => {
    expect(notesOf({ web: { image: "a:1", user: "1000" } })).toEqual([
      "not taken over: service web: user: 1000: runs as 1000:1000; where its files need another group, give it as uid:gid",
    ]);
    expect(notesOf({ web: { image: "a:1", user: "1000:50" } })).toEqual([]);
  });

  test("that others wait for to end, or that only migrates, is a task", () => {
    const migrate: ComposeService = { image: "a:1", command: ["alembic", "upgrade", "head"] };
    expect(serviceOf({ migrate })).toMatchObject({ once: true, kind: "python", instrumentation: "off" });
    expect(serviceOf({ migrate: { ...migrate, restart: "always" } })).not.toHaveProperty("once");
    const web: ComposeService = { image: "a:1", depends_on: { job: { condition: "service_completed_successfully" } } };
    expect(serviceOf({ job: { image: "a:1" }, web })).toMatchObject({ name: "job", once: true });
    const serve: ComposeService = { image: "a:1", command: ["sh", "-c", "manage.py migrate && gunicorn shop.wsgi"] };
    expect(serviceOf({ serve })).not.toHaveProperty("once");
  });

  test.each<[string, boolean]>([
    ["alembic upgrade head && python -m shop", false],
    ["python -m shop.migrate && exec granian --interface asgi shop:app", false],
    ["python manage.py migrate; exec python bot.py", false],
    ["flask db upgrade\nhypercorn shop:app", false],
    ["sleep 5 && alembic upgrade head && echo done", true],
    ["python manage.py migrate && python manage.py collectstatic --noinput", true],
    ["alembic upgrade head && python shop/initial_data.py", true],
    ["until pg_isready; do sleep 1; done; python manage.py migrate", true],
  ])("that migrates and then runs something is a service: %s", (script, isTask) => {
    const service = serviceOf({ shop: { image: "a:1", command: ["sh", "-c", script] } });
    expect(Boolean(service?.once)).toBe(isTask);
  });

  test("publishes its fixed ports, each once; what else it publishes is said", () => {
    const ports = [
      { target: 8000, published: "8000" },
      { target: 9000, published: "9000", host_ip: "127.0.0.1" },
      { target: 9000, published: "9000", host_ip: "::1" },
      { target: 53, published: "53", protocol: "udp" },
      { target: 7000 },
    ];
    expect(serviceOf({ web: { image: "a:1", ports } })).toMatchObject({
      publish: { port: 8000, as: 8000 },
      alsoPublish: [{ port: 9000, as: 9000 }],
    });
    expect(notesOf({ web: { image: "a:1", ports } })).toEqual([
      "not taken over: service web: ports: 53/udp: the stack publishes TCP only",
      "not taken over: service web: ports: 7000: no fixed port on this machine; add publish with one",
    ]);
  });

  test("of telemetry is left out where the stack brings its own, and a name that it needs is changed otherwise", () => {
    const { settings, notes, remarks } = shop({
      console: { image: "a:1" },
      grafana: { image: "grafana/grafana:12" },
      web: { image: "a:1", depends_on: { grafana: {} } },
    });
    expect((settings.services as readonly { name: string }[]).map(({ name }) => name)).toEqual(["app-console", "web"]);
    expect(notes.map(noteLine)).toEqual([
      "not taken over: service grafana: image: the stack brings its own under this name; what it stored stays in its volume",
      "not taken over: service web: depends_on: grafana is not part of the stack",
    ]);
    expect(remarks).toContain(
      "console is called app-console here, since the stack has a container console: change the addresses of those who call it",
    );
  });

  test("with keys that the stack does not have: each is listed with its reason", () => {
    const web: ComposeService = {
      image: "a:1",
      privileged: true,
      cap_add: ["NET_ADMIN"],
      labels: { "traefik.enable": "true" },
      network_mode: "host",
      tty: true,
      "x-own": 1,
      deploy: {
        replicas: 3,
        update_config: {},
        placement: {},
        resources: { limits: { pids: 10 }, reservations: { memory: "1", devices: [{ capabilities: ["gpu"] }] } },
      },
      healthcheck: { test: ["CMD", "ok"], timeout: "30s" },
      volumes: [
        { type: "volume", source: "pg", target: "/sub", volume: { subpath: "a" } },
        { type: "bind", source: "/srv", target: "/srv", bind: { propagation: "rslave" } },
      ],
      environment: { FROM_SHELL: null, OTEL_EXPORTER_OTLP_ENDPOINT: "http://old:4318" },
      command: ["python", "app.py"],
      read_only: false,
      sysctls: {},
    };
    expect(notesOf({ web }).map((line) => line.replace("not taken over: service web: ", "").split(":")[0])).toEqual([
      ...["privileged", "labels", "network_mode", "tty", "volumes", "volumes", "healthcheck.timeout"],
      ...["environment", "environment", "deploy.replicas", "deploy.resources.limits.pids"],
      ...["deploy.resources.reservations.devices", "deploy.resources.reservations", "deploy", "cap_add"],
    ]);
  });

  test("in the network of another one is told that it has a localhost of its own", () => {
    expect(notesOf({ a: { image: "a:1", network_mode: "service:vpn" } })).toEqual([
      "not taken over: service a: network_mode: its localhost is no longer that of vpn: in both, give the other's name in place of localhost",
    ]);
    expect(notesOf({ a: { image: "a:1", network_mode: "none" } })).toEqual([
      expect.stringContaining("network_mode: it had no network there and has that of the stack here"),
    ]);
  });

  test("keeps what every container of the stack has without a word", () => {
    expect(notesOf({ web: { image: "a:1", security_opt: ["no-new-privileges:true"] } })).toEqual([]);
    expect(notesOf({ web: { image: "a:1", security_opt: ["seccomp:unconfined"] } })).toHaveLength(1);
  });

  test("names a store by what it is linked under, too", () => {
    const web = {
      image: "a:1",
      links: ["db:database"],
      environment: { DATABASE_URL: "postgres://app:hunter22@database/shop" },
    };
    expect(serviceOf({ web, db: database }).env).toEqual({ DATABASE_URL: "postgres://{postgres.login}" });
  });

  test("keeps the digits that its name begins with, and each image is asked for once", () => {
    const built: ComposeService = { image: "kiosk/shop", build: { context: "." } };
    const { settings, todos } = shop({ "2fa": built, "3D": built });
    const services = settings.services as readonly Record<string, unknown>[];
    expect(services.map(({ name, aliases }) => [name, aliases])).toEqual([
      ["app-2fa", ["2fa"]],
      ["app-3d", ["3D"]],
    ]);
    expect(todos.join().match(/kiosk\/shop/g)).toHaveLength(1);
  });

  test("is not reached by a name that a container of the stack has, in whatever capitals", () => {
    const coins: ComposeService = { image: "coins:1", networks: { back: { aliases: ["Prometheus", "coins"] } } };
    const { settings, remarks, notes } = shop({ Collector: coins });
    const [service] = settings.services as readonly Record<string, unknown>[];
    expect([service?.name, service?.aliases]).toEqual(["app-collector", ["coins"]]);
    expect(remarks).toContain(
      "Collector is called app-collector here, since the stack has a container collector: change the addresses of those who call it",
    );
    expect(notes.map(noteLine)).toEqual([
      "not taken over: service Collector: networks: Prometheus: the stack has a container of that name; others reach the service as app-collector",
    ]);
    expect(shop({ "2fa": { image: "a:1" } }).remarks).toContain("2fa is called app-2fa here, and still reached as 2fa");
  });

  test("is also reached by the names that others link it under", () => {
    const web: ComposeService = { image: "a:1", links: ["db:database", "cache"] };
    expect(serviceOf({ db: { image: "mysql:8" }, web }).aliases).toEqual(["database"]);
  });

  test("of which Compose starts no container is none of the stack's", () => {
    const { settings, notes } = shop({
      idle: { image: "a:1", scale: 0 },
      also: { image: "a:1", deploy: { replicas: 0 } },
    });
    expect(settings.services).toEqual([]);
    expect(noteLines(notes)).toEqual([
      "services idle, also: deploy.replicas: it has no container: none is wanted of it",
    ]);
  });
});

describe("a network", () => {
  test("that others share, or that is cut off, is named", () => {
    const networks = { proxy: { external: true }, back: { internal: true } };
    expect(notesOf({ web: { image: "a:1" } }, { networks })).toEqual([
      "not taken over: networks: proxy: is other projects' too, whose containers are not reached from the stack's own network",
      "not taken over: networks: back: its services were cut off from the outside, and are not here",
      "not taken over: networks: proxy, back: all services of the stack share one network",
    ]);
  });
});

describe("the stack file", () => {
  const project = {
    web: {
      build: { context: "/srv" },
      command: ["gunicorn", "shop.wsgi"],
      environment: { DATABASE_URL: "postgres://app:hunter22@db/shop", SECRET_KEY: "correct horse", DEBUG: "0" },
      depends_on: { db: {} },
      tty: true,
    },
    db: database,
  } satisfies Record<string, ComposeService>;

  test("is valid, holds no secret, and says what is not taken over", () => {
    const adopted = shop(project);
    const text = stackFile(["compose.yaml"], adopted);
    expect(problemsOf("shop", adopted)).toEqual([]);
    expect(text).not.toMatch(/hunter22|correct horse/);
    expect(text).toContain("# not taken over: service web: tty: nobody types into a service\n");
    expect(text).toContain("DATABASE_URL: postgres://{postgres.login}\n");
    expect(text).toContain('SECRET_KEY: "{secret.secret-key}"\n');
    expect(text).toContain("game-scheduler-otel:redis: none\n");
  });

  test("of the secrets keeps what a person added to it", () => {
    expect(secretsFile({ postgresPassword: "new" }, { alertWebhook: "https://x", postgresPassword: "old" })).toContain(
      "alertWebhook: https://x\npostgresPassword: new\n",
    );
  });
});

test("what Compose warns of is passed on, once, without the obsolete version", () => {
  expect(
    warningsOf(
      [
        'time="2026-11-29T02:06:39Z" level=warning msg="The \\"TAG\\" variable is not set. Defaulting to a blank string."',
        'time="2026-11-29T02:06:39Z" level=warning msg="The \\"TAG\\" variable is not set. Defaulting to a blank string."',
        'time="2026-11-29T02:06:39Z" level=warning msg="/a/compose.yaml: `version` is obsolete"',
      ].join("\n"),
    ),
  ).toEqual(['The "TAG" variable is not set. Defaulting to a blank string.']);
});
