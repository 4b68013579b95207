import { describe, expect, test } from "vitest";
import type { ComposeService } from "../../../adopt/compose-project.ts";
import { escapeBraces, rewritten } from "../../../adopt/environment.ts";
import { isSecret, SecretBook } from "../../../adopt/secrets.ts";
import { type FoundStore, foundStore, storeOf } from "../../../adopt/stores.ts";
import { scriptWithoutSecrets, withoutSecrets } from "../../../adopt/words.ts";
import { partsOf } from "../../../components/references.ts";

const postgres: FoundStore = {
  store: "postgres",
  service: "db",
  hosts: ["db", "database"],
  port: 5432,
  user: "app",
  password: "p@ss/word",
  path: "shop",
  evicts: false,
  isAdmin: true,
};
const redis: FoundStore = {
  ...postgres,
  store: "redis",
  service: "redis",
  hosts: ["redis"],
  port: 6379,
  user: undefined,
  password: undefined,
  path: undefined,
};
const rabbitmq: FoundStore = {
  ...redis,
  store: "rabbitmq",
  service: "mq",
  hosts: ["mq"],
  port: 5672,
  user: "guest",
  password: "guest",
};

const references = () => {
  const secrets = new SecretBook();
  for (const store of [postgres, redis, rabbitmq]) secrets.useStore(store);
  return { stores: [postgres, redis, rabbitmq], secrets };
};
const after = (key: string, text: string) => rewritten(key, text, references());

describe("a password with signs of addresses in it", () => {
  test.each([
    ["postgresql://baker:Rye&Spelt/17@home@other/bakery", "Rye&Spelt/17@home", "@other/bakery"],
    ["redis://:p@ss@cache2:6379/0", "p@ss", "@cache2:6379/0"],
    ["amqp://u:a?b#c@mq2", "a?b#c", "@mq2"],
  ])("is a secret: %s", (text, password, end) => {
    const { stores, secrets } = references();
    const written = rewritten("DSN_OF_IT", text, { stores, secrets });
    expect(written).toBe(`${text.split(":", 2).join(":")}:{secret.dsn-of-it-password}${end}`);
    expect(secrets.values).toEqual({ "dsn-of-it-password": password });
  });

  test("and so in a command", () => {
    const { words, env } = withoutSecrets(["worker", "-b", "amqp://u:p@ss/w@mq2"], "web", references().secrets);
    expect(words.join(" ")).not.toContain("p@ss/w");
    expect(Object.keys(env)).toHaveLength(1);
  });

  test.each([
    "http://prices:9000/a@b",
    "http://prices:9000?next=a@b",
    "amqp://a:5672,amqp://b:5672",
    "https://user@host/x",
    "http://prices:9000",
  ])("but a port is none: %s", (text) => {
    const { stores, secrets } = references();
    expect(rewritten("URL", text, { stores, secrets })).toBe(text);
    expect(secrets.values).toEqual({});
  });

  test("of two addresses each has its own", () => {
    const { stores, secrets } = references();
    rewritten("URLS", "amqp://u:one@a,amqp://u:two@b", { stores, secrets });
    expect(Object.values(secrets.values)).toEqual(["one", "two"]);
  });
});

describe("a variable is a secret by its name or by its text", () => {
  test.each([
    ["POSTGRES_PASSWORD", "postgres"],
    ["DJANGO_SECRET_KEY", "django-insecure-1"],
    ["SECRET", "x"],
    ["API_KEY", "abc"],
    ["OPENAI_API_KEY", "sk-proj-abcdefghijklmnop"],
    ["AIRFLOW__CORE__FERNET_KEY", "abc="],
    ["SENTRY_DSN", "https://abc@o1.ingest.example/2"],
    ["DISCORD_BOT_TOKEN", "abc"],
    ["RABBITMQ_DEFAULT_PASS", "guest"],
    ["RABBITMQ_ERLANG_COOKIE", "abcdef"],
    ["AWS_SECRET_ACCESS_KEY", "abc"],
    ["MINIO_ROOT_PASSWORD", "minio123"],
    ["REDIS_PASSWORD", "12345"],
    ["PGPASSWORD", "postgres"],
    ["ME_CONFIG_MONGODB_ADMINPASSWORD", "example"],
    ["DBPASS", "shop"],
    ["MQPW", "shop"],
    ["GITHUB_AUTHTOKEN", "abc"],
    ["APIKEY", "abc"],
    ["GOCAMO_HMAC", "abc"],
    ["ANYTHING", "ghp_0123456789abcdefghijABCDEFGHIJ"],
    ["SESSION", "0b7c52ce8a6f4d0c9f1e6cb1a1a7e3d2"],
  ])("%s=%s", (key, text) => {
    expect(isSecret(key, text)).toBe(true);
  });

  test.each([
    ["POSTGRES_PASSWORD", ""],
    ["POSTGRES_PASSWORD_FILE", "/run/secrets/db"],
    ["SECRET_KEY_FILE", "/run/secrets/key"],
    ["ACCESS_TOKEN_EXPIRE_MINUTES", "30"],
    ["PASSWORD_RESET_TIMEOUT", "3600"],
    ["SESSION_COOKIE_SECURE", "true"],
    ["POSTGRES_HOST_AUTH_METHOD", "trust"],
    ["TOKEN_URL", "https://id.example/token"],
    ["JWT_ALGORITHM", "HS256"],
    ["GIT_COMMIT", "0b7c52ce8a6f4d0c9f1e6cb1a1a7e3d20b7c52ce"],
    ["DJANGO_SETTINGS_MODULE", "shop.settings"],
    ["CACHE_KEY_PREFIX", "shop"],
    ["CACHE_BYPASS", "always"],
    ["MAX_TOKENS", "4096"],
    ["PWD", "/app"],
  ])("not %s=%s", (key, text) => {
    expect(isSecret(key, text)).toBe(false);
  });
});

describe("a variable's text in the stack file", () => {
  test.each([
    [
      "DATABASE_URL",
      "postgresql+asyncpg://app:p%40ss%2Fword@db:5432/shop?ssl=disable",
      "postgresql+asyncpg://{postgres.login}?ssl=disable",
    ],
    ["DATABASE_URL", "postgres://app:p%40ss%2Fword@database/shop", "postgres://{postgres.login}"],
    [
      "OTHER_URL",
      "postgres://app:p%40ss%2Fword@db:5432/other",
      "postgres://app:{secret.other-url-password}@{postgres.host}:5432/other",
    ],
    ["REDIS_URL", "redis://redis:6379/0", "redis://{redis.login}/0"],
    ["REDIS_URL", "redis://redis", "redis://{redis.login}"],
    ["BROKER", "amqp://guest:guest@mq:5672//", "amqp://{rabbitmq.login}//"],
    ["BROKERS", "amqp://guest:guest@mq;redis://redis/1", "amqp://{rabbitmq.login};redis://{redis.login}/1"],
    ["SMTP", "smtp://me:hunter2@mail.example:587", "smtp://me:{secret.smtp-password}@mail.example:587"],
    ["SENTRY_DSN", "https://abc@o1.ingest.example/2", "{secret.sentry-dsn}"],
    ["API_URL", "http://web:8000/api", "http://web:8000/api"],
    ["API_URL", "http://[::1]:8000/api", "http://[::1]:8000/api"],
    ["CACHE", "redis://:hunter2@[fd00::1]:6379/0", "redis://:{secret.cache-password}@[fd00::1]:6379/0"],
    ["CACHE", "rediss://me:hunter2@<host>:6379", "rediss://me:{secret.cache-password}@<host>:6379"],
    ["DB_HOST", "db", "{postgres.host}"],
    ["DB_USER", "db", "db"],
    ["CACHE", "redis:6379", "{redis.host}:6379"],
    ["DB_PASSWORD", "p@ss/word", "{postgres.password}"],
    ["SECRET_KEY", "abc", "{secret.secret-key}"],
    ["DSN", "host=db user=app password=hunter2 dbname=shop", "{secret.dsn}"],
    [
      "CONNECTION",
      "host=db user=app password=hunter2 dbname=shop",
      "host=db user=app password={secret.connection-password} dbname=shop",
    ],
    ["TEMPLATE", "{time.hour} {postgres} {x}", "{{time.hour}} {{postgres}} {x}"],
  ])("%s=%s", (key, before, text) => {
    expect(after(key, before)).toBe(text);
  });

  test("what looks like a reference stands for itself afterwards", () => {
    for (const text of ["{a.b}", "{postgres}", "x{secret}y", "{time:YYYY}", '{"a":{"b":1}}'])
      expect(partsOf(escapeBraces(text)).join("")).toBe(text);
  });

  test("one name and text is one secret, also in two services; one text under two names is two", () => {
    const { secrets, stores } = references();
    expect(rewritten("A_TOKEN", "one", { secrets, stores })).toBe("{secret.a-token}");
    expect(rewritten("A_TOKEN", "one", { secrets, stores })).toBe("{secret.a-token}");
    expect(rewritten("B_TOKEN", "one", { secrets, stores })).toBe("{secret.b-token}");
    expect(rewritten("SECRET_KEY", "p@ss/word", { secrets, stores })).toBe("{secret.secret-key}");
    expect(rewritten("A_TOKEN", "two", { secrets, stores })).toBe("{secret.a-token-2}");
    expect(secrets.values).toEqual({
      "a-token": "one",
      "a-token-2": "two",
      "b-token": "one",
      "secret-key": "p@ss/word",
    });
  });
});

test("one password of two stores is that of the store which a name says", () => {
  const secrets = new SecretBook();
  for (const store of [postgres, redis]) secrets.useStore({ ...store, password: "shared-1-shared" });
  const stores = [postgres, redis].map((store) => ({ ...store, password: "shared-1-shared" }));
  const said = (key: string) => rewritten(key, "shared-1-shared", { stores, secrets });
  expect(said("DB_PASSWORD")).toBe("{postgres.password}");
  expect(said("APP_REDIS_PASSWORD")).toBe("{redis.password}");
  expect(said("REDISCLI_AUTH")).toBe("{redis.password}");
  expect(said("RABBITMQ_PASSWORD")).toBe("{secret.rabbitmq-password}");
  expect(said("MYSQL_PASSWORD")).toBe("{secret.mysql-password}");
  const { env } = withoutSecrets(["redis-server", "--requirepass", "shared-1-shared"], "redis", secrets);
  expect(env).toEqual({ ADOPTED_REDIS_SECRET: "{redis.password}" });
});

describe("a text that is a secret under one name is one under another", () => {
  const known = references();
  rewritten("MINIO_SECRET_KEY", "hunter2-hunter2", known);
  rewritten("SHORT_TOKEN", "abc1234", known);
  test.each([
    ["AUTH_OF_CLI", "hunter2-hunter2", "{secret.minio-secret-key}"],
    ["ARGS", "--key=hunter2-hunter2 --user=x", "--key={secret.minio-secret-key} --user=x"],
    ["NAME", "{a.b}hunter2-hunter2", "{{a.b}}{secret.minio-secret-key}"],
    ["NAME", "abc1234-abc", "abc1234-abc"],
  ])("%s=%s", (key, text, expected) => {
    expect(rewritten(key, text, known)).toBe(expected);
  });
});

describe("what the preview would call a secret is one", () => {
  const { secrets, stores } = references();
  test.each([
    ["OAUTH_CLIENT", `${"glsa"}_${"a1".repeat(16)}_1a2b3c4d`],
    ["NOTIFY_URL", `https://discord.com/api/webhooks/123456789012345678/${"aB3".repeat(20)}`],
    ["ALERTS", `https://hooks.slack.com/services/${"T0AB"}/${"B0CD"}/${"xY9".repeat(8)}`],
    ["search.password", "hunter22"],
    ["SIGNING-KEY", "hunter22"],
  ])("%s", (key, text) => {
    expect(rewritten(key, text, { secrets, stores })).toMatch(/^\{secret\.[a-z-]+\}$/);
  });

  test("and an ordinary address is none", () => {
    expect(rewritten("SITE_URL", "https://shop.example/a", { secrets, stores })).toBe("https://shop.example/a");
  });
});

describe("a command holds no secret", () => {
  test("a password behind its option is a variable that a shell fills in", () => {
    const { secrets } = references();
    expect(withoutSecrets(["redis-server", "--requirepass", "it's", "--save", "60 1"], "cache", secrets)).toEqual({
      words: ["sh", "-c", `exec redis-server --requirepass "$ADOPTED_CACHE_SECRET" --save '60 1'`],
      env: { ADOPTED_CACHE_SECRET: "{secret.cache-secret}" },
      wrapped: true,
    });
  });

  test.each([
    [["gunicorn", "--env", "DJANGO_SECRET_KEY=hunter22"], 'exec gunicorn --env DJANGO_SECRET_KEY="$ADOPTED_A_SECRET"'],
    [["app", "--db-password", "hunter22", "-v"], 'exec app --db-password "$ADOPTED_A_SECRET" -v'],
    [["app", "--auth.token=hunter22"], 'exec app --auth.token="$ADOPTED_A_SECRET"'],
    [["app", "--dbpassword=hunter22"], 'exec app --dbpassword="$ADOPTED_A_SECRET"'],
    [["app", "--access_key", "hunter22"], 'exec app --access_key "$ADOPTED_A_SECRET"'],
  ])("%j", (given, script) => {
    const { words, env } = withoutSecrets(given, "a", references().secrets);
    expect(words).toEqual(["sh", "-c", script]);
    expect(env).toEqual({ ADOPTED_A_SECRET: "{secret.a-secret}" });
  });

  test.each([
    [["app", "--token-lifetime", "60m"]],
    [["app", "--secret-file=/run/secrets/a", "--password=$PASSWORD"]],
    [["app", "--password", "--verbose"]],
    [["app", "MODE=prod"]],
  ])("%j has none", (given) => {
    expect(withoutSecrets(given, "a", references().secrets)).toEqual({ words: given, env: {} });
  });

  test("a script of a shell reads the variable itself, whatever the secret's text is", () => {
    const { secrets } = references();
    const script =
      "make-site --admin-password=admin --db-root-password 'root pw' --mode=prod; TOKEN=abc run --token $TOKEN";
    expect(withoutSecrets(["bash", "-ec", script, "--", "x"], "site", secrets)).toEqual({
      words: [
        "bash",
        "-ec",
        'make-site --admin-password="$ADOPTED_SITE_SECRET" --db-root-password "$ADOPTED_SITE_SECRET_2" --mode=prod; TOKEN="$ADOPTED_SITE_SECRET_3" run --token $TOKEN',
        "--",
        "x",
      ],
      env: {
        ADOPTED_SITE_SECRET: "{secret.site-secret}",
        ADOPTED_SITE_SECRET_2: "{secret.site-secret-2}",
        ADOPTED_SITE_SECRET_3: "{secret.site-secret-3}",
      },
    });
  });

  test.each([
    ["redis-cli --no-auth-warning -a secret ping | grep PONG", 'redis-cli --no-auth-warning -a "$V" ping | grep PONG'],
    ["mysqladmin ping -h localhost -psecret || exit 1", 'mysqladmin ping -h localhost -p"$V" || exit 1'],
    ["PGPASSWORD=secret psql -U app", 'PGPASSWORD="$V" psql -U app'],
    ['sh -c "run --password=secret"', 'sh -c "run --password=${V}"'],
    ["redis-cli -a $REDIS_PASSWORD ping", "redis-cli -a $REDIS_PASSWORD ping"],
    ['mysqladmin ping -p"$$(cat /run/secrets/db)"', 'mysqladmin ping -p"$$(cat /run/secrets/db)"'],
    ["mkdir -psecret", "mkdir -psecret"],
  ])("%s", (script, expected) => {
    const { secrets } = references();
    expect(scriptWithoutSecrets(script, "a", secrets).script).toBe(expected.replace(/\bV\b/, "ADOPTED_A_SECRET"));
  });

  test("a password that is an ordinary word is not looked for in other words", () => {
    const { secrets } = references();
    secrets.reference("datastore", "DATASTORE_PASSWORD");
    const words = ["pg_isready", "-d", "datastore"];
    expect(withoutSecrets(words, "db", secrets)).toEqual({ words, env: {} });
    expect(scriptWithoutSecrets("pg_isready -d datastore", "db", secrets).script).toBe("pg_isready -d datastore");
  });

  test.each([
    [["app", "--token=abc"], `exec app --token="$ADOPTED_WEB_SECRET"`],
    [["app", "--db", "postgres://a:hunter2@db/x"], `exec app --db postgres://a:"$ADOPTED_WEB_SECRET"@db/x`],
    [["app", "p@ss/word"], `exec app "$ADOPTED_WEB_SECRET"`],
  ])("%o", (words, script) => {
    expect(withoutSecrets(words, "web", references().secrets).words).toEqual(["sh", "-c", script]);
  });

  test("without one it stays as it is, also where a password is an ordinary word", () => {
    const { secrets } = references();
    secrets.useStore({ ...postgres, password: "postgres" });
    secrets.useWords(["postgres"]);
    expect(withoutSecrets(["postgres", "-c", "max_connections=200"], "db", secrets).words).toEqual([
      "postgres",
      "-c",
      "max_connections=200",
    ]);
  });

  test("in a shell's text it is filled in, within quotes and without", () => {
    const { secrets } = references();
    const script = `redis-cli -a p@ss/word ping && curl -H "X: p@ss/word" -u 'p@ss/word'`;
    expect(scriptWithoutSecrets(script, "web", secrets)).toEqual({
      script: `redis-cli -a "$ADOPTED_WEB_SECRET" ping && curl -H "X: $\{ADOPTED_WEB_SECRET}" -u "$ADOPTED_WEB_SECRET"`,
      env: { ADOPTED_WEB_SECRET: "{postgres.password}" },
    });
  });
});

describe("a store is known by its image", () => {
  test.each([
    ["postgres:17", "postgres"],
    ["postgis/postgis:16-3.4", "postgres"],
    ["timescale/timescaledb:latest-pg16", "postgres"],
    ["pgvector/pgvector@sha256:1", "postgres"],
    ["registry.example:5000/bitnami/postgresql", "postgres"],
    ["example/chat-postgresql:14", "postgres"],
    ["supabase/postgres:15", "postgres"],
    ["example/postgres-backup-local:17", undefined],
    ["redis:7-alpine", "redis"],
    ["redis/redis-stack-server", "redis"],
    ["valkey/valkey:8", "redis"],
    ["rabbitmq:4-management", "rabbitmq"],
    ["prometheuscommunity/postgres-exporter", undefined],
    ["oliver006/redis_exporter:v1", undefined],
    ["mysql:8", undefined],
  ])("%s: %s", (image, store) => {
    expect(storeOf(image)).toBe(store);
  });

  const read = (path: string) => (path === "/run/secrets/db" ? "from a file\n" : undefined);

  test.each<[string, "postgres" | "redis" | "rabbitmq", ComposeService, object]>([
    [
      "all variables",
      "postgres",
      { environment: { POSTGRES_USER: "a", POSTGRES_PASSWORD: "b", POSTGRES_DB: "c" } },
      { user: "a", password: "b", path: "c", isAdmin: true },
    ],
    [
      "a password alone",
      "postgres",
      { environment: { POSTGRES_PASSWORD: "b" } },
      { user: "postgres", password: "b", path: "postgres" },
    ],
    ["a file", "postgres", { environment: { POSTGRES_PASSWORD_FILE: "/run/secrets/db" } }, { password: "from a file" }],
    [
      "Bitnami's variables",
      "postgres",
      { environment: { POSTGRESQL_USERNAME: "a", POSTGRESQL_PASSWORD: "b" } },
      { user: "a", path: "postgres", isAdmin: false },
    ],
    [
      "an option",
      "redis",
      { command: ["redis-server", "--requirepass", "x", "--maxmemory-policy", "allkeys-lru"] },
      { password: "x", evicts: true },
    ],
    ["one text", "redis", { command: ["sh", "-c", "redis-server --requirepass x"] }, { password: "x", evicts: false }],
    ["nothing", "redis", {}, { password: undefined, user: undefined }],
    [
      "a variable that its shell reads",
      "redis",
      { command: ["sh", "-c", 'redis-server --requirepass "${REDIS_PW}"'], environment: { REDIS_PW: "hunter22" } },
      { password: "hunter22" },
    ],
    [
      "a file that its shell reads",
      "redis",
      { command: ["sh", "-c", 'redis-server --requirepass "$(cat /run/secrets/db)"'] },
      { password: "from a file" },
    ],
    [
      "what cannot be followed",
      "redis",
      { command: ["sh", "-c", "redis-server --requirepass $(make-one)"] },
      { passwordUnknown: "$(make-one)" },
    ],
    [
      "a file that is not on this machine",
      "postgres",
      { environment: { POSTGRES_PASSWORD_FILE: "/run/secrets/none" } },
      { password: undefined, passwordUnknown: "$POSTGRES_PASSWORD_FILE" },
    ],
    [
      "an option without a value",
      "redis",
      { command: ["redis-server", "--requirepass", "--appendonly", "yes"] },
      { password: undefined },
    ],
    ["no shell", "redis", { command: ["redis-server", "--requirepass", "$x"] }, { password: "$x" }],
    ["nothing", "rabbitmq", {}, { user: "guest", password: "guest", path: undefined }],
    ["a virtual host", "rabbitmq", { environment: { RABBITMQ_DEFAULT_VHOST: "shop" } }, { path: "shop" }],
  ])("%s of %s", (_, store, service, expected) => {
    expect(foundStore(store, "db", { service, hosts: ["db"] }, read)).toMatchObject(expected);
  });
});
