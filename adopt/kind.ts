import type { Instrumentation, ServiceKind } from "../config/services.ts";
import type { BuildContext } from "./build-context.ts";
import type { MachineImage } from "./machine.ts";

/** What is known of a service that says what runs in it. */
export interface Evidence {
  /** Reference of an image that others made; empty where the project builds it. */
  readonly image: string;
  /** What the container runs, where Compose says it. */
  readonly entrypoint: readonly string[];
  readonly command: readonly string[];
  readonly built?: BuildContext | undefined;
  readonly found?: MachineImage | undefined;
  readonly once: boolean;
}

/** What a service is to the stack. */
export interface Decision {
  readonly kind: ServiceKind;
  readonly instrumentation?: Instrumentation;
  /** Python only: what it does, where its command shows it; the default follows from its published port. */
  readonly role?: "http" | "bot" | "daemon";
  /** What a person should know of it. */
  readonly remark?: string;
}

const PYTHON_PROGRAM =
  /(^|[\s/"'])(python[\d.]*|gunicorn|uvicorn|hypercorn|daphne|granian|waitress-serve|sanic|litestar|quart|celery|flask|fastapi|django-admin|rqworker|rq|rqscheduler|dramatiq|huey_consumer(\.py)?|arq|taskiq|streamlit|airflow|superset|mlflow|alembic|pytest|uwsgi|poetry|pipenv|uv)(\s|$)|\.py\b/;
const NODE_PROGRAM = /(^|[\s/"'])(node|npm|npx|yarn|pnpm|next|nodemon|bun|deno)(\s|$)/;
const NGINX_PROGRAM = /(^|[\s/"'])nginx(\s|$)/;
const PYTHON_IMAGE = /(^|\/)(python|pypy|uvicorn-gunicorn[\w-]*|airflow|superset|mlflow|jupyter[\w-]*|uv)(:|@|$)/;
const NODE_IMAGE = /(^|\/)(node|bun)(:|@|$)/;
const NGINX_IMAGE = /(^|\/)nginx(-unprivileged)?(:|@|$)/;
/** Images that hold nginx and start it in a way of their own. */
const OTHER_NGINX = /nginx-(proxy|exporter|prometheus)|ingress/;

/** Programs that answer HTTP requests. */
export const HTTP_SERVER =
  /\b(gunicorn|uvicorn|hypercorn|daphne|granian|uwsgi|waitress-serve|sanic|runserver|(flask|litestar|quart)\b.*\brun|fastapi\b.*\b(run|dev)|streamlit|aiohttp\.web)\b/;
/** A worker with a scheduler inside (`celery worker --beat`) is a worker. */
const SCHEDULER = /\bcelery\b(?!.*\bworker\b).*\bbeat\b|\brqscheduler\b|\bairflow scheduler\b/;
const DISCORD = /^\s*["']?(discord\.py|py-cord|nextcord|disnake)\b/im;

/** What runs in a service, and how telemetry gets into it. Pure. */
export function decide(evidence: Evidence): Decision {
  const runs = languageOf(evidence);
  if (runs === "python") return pythonDecision(evidence);
  if (runs === "nginx") return { kind: "nginx" };
  if (runs === "node")
    return /@opentelemetry\/auto-instrumentations-node/.test(evidence.built?.nodePackages ?? "")
      ? { kind: "node", instrumentation: "image" }
      : {
          kind: "other",
          remark: "is Node.js, into which nothing is put from outside, so it sends no telemetry: see docs/services.md",
        };
  if (evidence.found === undefined && evidence.image !== "" && !KNOWN_OTHERS.test(evidence.image))
    return {
      kind: "other",
      remark: `runs as it is, since nothing says what is in ${evidence.image} before it is on this machine: pull it and adopt again`,
    };
  return { kind: "other" };
}

/** Well-known images of what is no application of anybody's. */
const KNOWN_OTHERS =
  /(^|\/)(mysql|mariadb|mongo|memcached|elasticsearch|opensearch|kibana|logstash|clickhouse[\w-]*|minio|traefik|caddy|haproxy|kafka|cp-kafka|zookeeper|cp-zookeeper|nats|adminer|pgadmin4|mailhog|mailpit|vault|consul|etcd|influxdb|neo4j|qdrant|milvus|localstack)(:|@|$)/;

/** Bases of programs in languages that nothing is put into, in whose sources Python and Node.js are tools. */
const OTHER_LANGUAGE =
  /(^|\/)(php|golang|rust|ruby|rails|openjdk|eclipse-temurin|amazoncorretto|maven|gradle|tomcat|dotnet\/[\w-]+|aspnet|elixir|erlang|swift)(:|@|$)/;

function languageOf({ image, entrypoint, command, built, found }: Evidence): ServiceKind {
  const own = [...entrypoint, ...command].join(" ");
  const fromImage = [...(entrypoint.length > 0 ? [] : (found?.entrypoint ?? [])), ...(found?.command ?? [])].join(" ");
  const has = (variable: string) => found?.env.some((text) => text.startsWith(`${variable}=`)) === true;
  const programs = [own, ...(command.length === 0 ? [fromImage] : [])];
  for (const text of programs) {
    if (NGINX_PROGRAM.test(text) && !OTHER_NGINX.test(image)) return "nginx";
    if (PYTHON_PROGRAM.test(text)) return "python";
    if (NODE_PROGRAM.test(text)) return "node";
  }
  for (const name of [image, built?.from ?? ""]) {
    if (NGINX_IMAGE.test(name)) return OTHER_NGINX.test(name) ? "other" : "nginx";
    if (PYTHON_IMAGE.test(name)) return "python";
    if (NODE_IMAGE.test(name)) return "node";
    if (KNOWN_OTHERS.test(name) || OTHER_LANGUAGE.test(name)) return "other";
  }
  if (has("PYTHON_VERSION") || has("PYTHONUNBUFFERED") || has("PYTHONPATH")) return "python";
  if (has("NODE_VERSION")) return "node";
  if (has("NGINX_VERSION")) return "nginx";
  // Sources with packages of both languages do not say which of them this image is for.
  if (built?.isPython && !built.nodePackages) return "python";
  return built?.nodePackages && !built.isPython ? "node" : "other";
}

function pythonDecision({ entrypoint, command, built, found, once }: Evidence): Decision {
  const run = [...entrypoint, ...(command.length > 0 ? command : (found?.command ?? []))].join(" ");
  if (once) return { kind: "python", instrumentation: "off" };
  const instrumentation = /\bopentelemetry-instrument\b/.test(run) ? ({ instrumentation: "image" } as const) : {};
  const role = roleOf(run, built?.pythonPackages ?? "");
  const remark = isolated(run) ?? tooOld(found);
  return { kind: "python", ...instrumentation, ...(role && { role }), ...(remark !== undefined && { remark }) };
}

function roleOf(run: string, packages: string): Decision["role"] {
  if (HTTP_SERVER.test(run)) return "http";
  if (SCHEDULER.test(run)) return "daemon";
  return DISCORD.test(packages) && !/\bcelery\b|\brq\b/.test(run) ? "bot" : undefined;
}

const isolated = (run: string): string | undefined =>
  /python[\d.]*\s+(-\w+\s+)*-\w*[IES]/.test(run)
    ? "runs Python with -I, -E or -S, which ignores what is put in from outside, so it sends no telemetry: remove that option"
    : undefined;

function tooOld(found: MachineImage | undefined): string | undefined {
  const [, version, minor] =
    /^PYTHON_VERSION=(3\.(\d+)\S*)/.exec(found?.env.find((text) => text.startsWith("PYTHON_VERSION=")) ?? "") ?? [];
  return minor !== undefined && Number(minor) < 10
    ? `runs Python ${version}, older than 3.10, so it works and sends no telemetry`
    : undefined;
}
