/** Every image a stack can use. */
export type ImageName =
  | "base"
  | "go"
  | "postgres"
  | "redis"
  | "rabbitmq"
  | "nginx"
  | "python"
  | "node"
  | "collector"
  | "jaeger"
  | "prometheus"
  | "victorialogs"
  | "vmalert"
  | "alertmanager"
  | "grafana"
  | "lgtm"
  | "console"
  | "instrumentation"
  | "browser"
  | "example-python"
  | "example-frontend"
  | "other-python"
  | "other-node";

interface Build {
  /** Build context, from the repository's root. */
  readonly folder: string;
  /** Measured seconds of its own work in a cold build on two cores: decides its turn and the time that is forecast, not its result. */
  readonly seconds: number;
}

/** A Debian root file system by debootstrap. */
export interface RootfsBuild extends Build {
  readonly kind: "rootfs";
  readonly suite: string;
}

/** A plain `docker build`. */
export interface DockerfileBuild extends Build {
  readonly kind: "dockerfile";
  /** Other folders and files of the repository that it reads, in the context below their own paths. */
  readonly beside?: readonly string[];
  /** Images the Dockerfile starts from, by the name of its ARG. */
  readonly bases: Readonly<Record<string, ImageName>>;
  /** The client that installs packages in it, which is given this machine's certificates and registry. */
  readonly installs?: "pip" | "npm";
}

/** An image around programs that are compiled together with those of the other images: images/programs. */
export interface GoProgramBuild extends Build {
  readonly kind: "go-program";
  readonly bases: Readonly<Record<string, ImageName>>;
  /** Import paths of the main packages; the Dockerfile finds each in `out/`. */
  readonly programs: readonly string[];
  /** Whether a folder of `images/programs` is compiled into them. Its files concern every program. */
  readonly reads: (folder: string) => boolean;
}

/** How this repository makes an image. */
export type LocalBuild = RootfsBuild | DockerfileBuild | GoProgramBuild;

export interface ImageSpec {
  /** Pinned reference of the published image; absent for what only this repository has. */
  readonly official?: string;
  /** Absent for what cannot be made from package registries. */
  readonly local?: LocalBuild;
}

/** Where the sources, versions and the build script of all Go programs are. */
export const PROGRAMS_FOLDER = "images/programs";

/** Measured seconds of bringing all modules and compiling all programs on two cores with empty caches, other images being made beside. */
export const PROGRAMS_SECONDS = { fetching: 40, compiling: 246 } as const;

const onBase = (name: string, seconds: number): DockerfileBuild => ({
  kind: "dockerfile",
  folder: `images/${name}`,
  bases: { BASE_IMAGE: "base" },
  seconds,
});

/** An image of services in this repository, which is not published. */
const ofServices = (
  folder: string,
  base: Record<string, ImageName>,
  seconds: number,
  installs?: "pip" | "npm",
): ImageSpec => ({
  local: { kind: "dockerfile", folder, bases: base, seconds, ...(installs && { installs }) },
});

const goProgram = (name: string, ...programs: readonly string[]): GoProgramBuild => ({
  kind: "go-program",
  folder: `images/${name}`,
  bases: { GO_IMAGE: "go" },
  programs,
  reads: (folder) => (name === "collector" ? folder !== "jaeger" : folder === name),
  seconds: 4,
});

/** The catalogue. Versions of the local images are in their folders: Debian's suite, go.mod. */
export const SPECS: Readonly<Record<ImageName, ImageSpec>> = {
  base: {
    official: "debian:trixie-slim",
    local: { kind: "rootfs", folder: "images/base", suite: "trixie", seconds: 22 },
  },
  go: { local: onBase("go", 19) },
  postgres: { official: "postgres:17.6-alpine", local: onBase("postgres", 25) },
  redis: { official: "redis:7.4.5-alpine", local: onBase("redis", 7) },
  rabbitmq: { official: "rabbitmq:4.2.5-management-alpine", local: onBase("rabbitmq", 16) },
  // Debian's variant, not alpine's: the frontend's health check is a bash script.
  nginx: { official: "nginx:1.28.0-otel", local: onBase("nginx", 9) },
  python: { official: "python:3.13-slim", local: onBase("python", 16) },
  node: { official: "node:24.11.1-slim", local: { ...onBase("node", 34), installs: "npm" } },
  collector: { official: "otel/opentelemetry-collector-contrib:0.159.0", local: goProgram("collector", "./otelcol") },
  jaeger: {
    official: "jaegertracing/jaeger:2.20.0",
    local: goProgram("jaeger", "github.com/jaegertracing/jaeger/cmd/jaeger"),
  },
  prometheus: {
    official: "prom/prometheus:v3.12.0",
    local: goProgram("prometheus", "github.com/prometheus/prometheus/cmd/prometheus", "./made/promtool"),
  },
  victorialogs: {
    official: "victoriametrics/victoria-logs:v1.52.1",
    local: goProgram("victorialogs", "github.com/VictoriaMetrics/VictoriaLogs/app/victoria-logs"),
  },
  // Evaluates the log store's rules.
  vmalert: {
    official: "victoriametrics/vmalert:v1.148.9",
    local: goProgram("vmalert", "github.com/VictoriaMetrics/VictoriaMetrics/app/vmalert"),
  },
  alertmanager: { official: "prom/alertmanager:v0.28.1", local: onBase("alertmanager", 10) },
  grafana: { official: "grafana/grafana:13.2.0" },
  lgtm: { official: "grafana/otel-lgtm:0.32.0" },
  console: {
    local: {
      kind: "dockerfile",
      folder: "console",
      bases: { NODE_IMAGE: "node", NGINX_IMAGE: "nginx" },
      installs: "npm",
      seconds: 18,
      beside: [
        "boards-page",
        "cli/limited.ts",
        "cli/mask.ts",
        "dashboards/compile",
        "dashboards/model",
        "dashboards/render/console",
        "pipeline/signal.ts",
        "vendors",
        "verify",
      ],
    },
  },
  // What is put into services that carry no telemetry of their own.
  instrumentation: {
    local: {
      kind: "dockerfile",
      folder: "images/instrumentation",
      bases: { PYTHON_IMAGE: "python", BROWSER_IMAGE: "browser" },
      installs: "pip",
      seconds: 37,
      beside: [
        "instrumentation/python/aio-pika/README.md",
        "instrumentation/python/aio-pika/pyproject.toml",
        "instrumentation/python/aio-pika/src",
        "instrumentation/python/asyncpg/README.md",
        "instrumentation/python/asyncpg/pyproject.toml",
        "instrumentation/python/asyncpg/src",
        "instrumentation/python/discord/README.md",
        "instrumentation/python/discord/pyproject.toml",
        "instrumentation/python/discord/src",
        "instrumentation/python/inject/pyproject.toml",
        "instrumentation/python/inject/src",
        "instrumentation/python/inject/start",
      ],
    },
  },
  // The script for visitors of pages, as a file.
  browser: ofServices("instrumentation/browser", { NODE_IMAGE: "node" }, 12, "npm"),
  "example-python": ofServices("example/python", { PYTHON_IMAGE: "python" }, 24, "pip"),
  "example-frontend": ofServices("example/frontend", { NODE_IMAGE: "node", NGINX_IMAGE: "nginx" }, 10, "npm"),
  "other-python": ofServices("example-other/python", { PYTHON_IMAGE: "python" }, 13, "pip"),
  "other-node": ofServices("example-other/node", { NODE_IMAGE: "node" }, 24, "npm"),
};
