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
  | "loki"
  | "grafana"
  | "lgtm"
  | "example-python"
  | "example-frontend"
  | "other-python"
  | "other-node";

/** How this repository makes an image. */
export type LocalBuild =
  | {
      /** A Debian root file system by debootstrap. */
      readonly kind: "rootfs";
      readonly folder: string;
      readonly suite: string;
    }
  | {
      /** A plain `docker build`. */
      readonly kind: "dockerfile";
      /** Build context, from the repository's root. */
      readonly folder: string;
      /** Images the Dockerfile starts from, by the name of its ARG. */
      readonly bases: Readonly<Record<string, ImageName>>;
      /** The client that installs packages in it, which is given this machine's certificates and registry. */
      readonly installs?: "pip" | "npm";
    }
  | {
      /** `build.sh fetch`, then `build.sh compile`, in the `go` image; then a `docker build` around what the latter left in /out. */
      readonly kind: "go-program";
      readonly folder: string;
      readonly bases: Readonly<Record<string, ImageName>>;
      /** Measured CPU seconds of a cold compilation: the longest is compiled first. */
      readonly compileSeconds: number;
    };

export interface ImageSpec {
  /** Pinned reference of the published image; absent for what only this repository has. */
  readonly official?: string;
  /** Absent for what cannot be made from package registries. */
  readonly local?: LocalBuild;
}

const onBase = (name: string): LocalBuild & { readonly kind: "dockerfile" } => ({
  kind: "dockerfile",
  folder: `images/${name}`,
  bases: { BASE_IMAGE: "base" },
});

/** An image of services in this repository, which is not published. */
const ofServices = (folder: string, base: Record<string, ImageName>, installs?: "pip" | "npm"): ImageSpec => ({
  local: { kind: "dockerfile", folder, bases: base, ...(installs && { installs }) },
});

const goProgram = (name: string, compileSeconds: number): LocalBuild => ({
  kind: "go-program",
  folder: `images/${name}`,
  bases: { GO_IMAGE: "go" },
  compileSeconds,
});

/** The catalogue. Versions of the local images are in their folders: Debian's suite, go.mod, builder-config.yaml. */
export const SPECS: Readonly<Record<ImageName, ImageSpec>> = {
  base: { official: "debian:trixie-slim", local: { kind: "rootfs", folder: "images/base", suite: "trixie" } },
  go: { local: onBase("go") },
  postgres: { official: "postgres:17.6-alpine", local: onBase("postgres") },
  redis: { official: "redis:7.4.5-alpine", local: onBase("redis") },
  rabbitmq: { official: "rabbitmq:4.2.5-management-alpine", local: onBase("rabbitmq") },
  // Debian's variant, not alpine's: the frontend's health check is a bash script.
  nginx: { official: "nginx:1.28.0-otel", local: onBase("nginx") },
  python: { official: "python:3.13-slim", local: onBase("python") },
  node: { official: "node:24.11.1-slim", local: { ...onBase("node"), installs: "npm" } },
  collector: { official: "otel/opentelemetry-collector-contrib:0.159.0", local: goProgram("collector", 690) },
  jaeger: { official: "jaegertracing/jaeger:2.20.0", local: goProgram("jaeger", 391) },
  prometheus: { official: "prom/prometheus:v3.12.0", local: goProgram("prometheus", 122) },
  victorialogs: { official: "victoriametrics/victoria-logs:v1.52.1", local: goProgram("victorialogs", 60) },
  // Evaluates the log store's rules.
  vmalert: { official: "victoriametrics/vmalert:v1.148.9", local: goProgram("vmalert", 60) },
  alertmanager: { official: "prom/alertmanager:v0.28.1", local: onBase("alertmanager") },
  loki: { official: "grafana/loki:3.7.6", local: goProgram("loki", 529) },
  grafana: { official: "grafana/grafana:13.2.0" },
  lgtm: { official: "grafana/otel-lgtm:0.32.0" },
  "example-python": ofServices("example/python", { PYTHON_IMAGE: "python" }, "pip"),
  "example-frontend": ofServices("example/frontend", { NGINX_IMAGE: "nginx" }),
  "other-python": ofServices("example-other/python", { PYTHON_IMAGE: "python" }, "pip"),
  "other-node": ofServices("example-other/node", { NODE_IMAGE: "node" }, "npm"),
};
