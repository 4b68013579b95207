import { ALLOY, isSupportedAlloy } from "../pipeline/alloy.ts";
import { atLeast, isSupported, OWN_DISTRIBUTION_VERSION } from "../pipeline/versions.ts";
import { OWN_COLLECTOR, type PlainConfig } from "./schema.ts";
import { DUMMY } from "./secret-values.ts";
import type { Settings } from "./settings.ts";
import { referenceParts } from "./values.ts";

/** What the collector of a stack must be able to do for its other keys. Pure. */
export function collectorProblems(plain: PlainConfig, values: Settings["values"]): readonly string[] {
  return [
    ...collectorProblem(plain),
    ...ceilingProblem(plain),
    ...limitsProblem(plain),
    ...hashKeyProblem(plain, values),
  ];
}

/** Distributions of the project that lack most of what the pipeline is made of. */
const NOT_CONTRIB = /(^|\/)opentelemetry-collector(-k8s|-otlp|-ebpf-profiler)?$/;

/** The collector refuses to start over a name that its version does not know, so image and version must agree. */
function collectorProblem(plain: PlainConfig): readonly string[] {
  const { engine, image, version } = plain.collector;
  if (engine === "alloy") return [...alloyImageProblem(image), ...alloyProblem(plain)];
  const given = `collector.image: ${JSON.stringify(image)}`;
  const setImage = "Set it with: pulumi config set --path collector.image <value>";
  if (image.startsWith("build:")) {
    if (image !== OWN_COLLECTOR)
      return [`${given} is no collector. Allowed: build:collector, or the reference of an image. ${setImage}`];
    if (version === OWN_DISTRIBUTION_VERSION) return [];
    return [
      `collector.version: "${version}" does not fit build:collector, which is ${OWN_DISTRIBUTION_VERSION}. Set it with: pulumi config set --path collector.version ${OWN_DISTRIBUTION_VERSION}`,
    ];
  }
  const { repository = image, tag } = referenceParts(image) ?? {};
  if (NOT_CONTRIB.test(repository))
    return [
      `${given} is not the contrib distribution, whose receivers and processors are needed. Allowed: ${repository.replace(NOT_CONTRIB, "$1opentelemetry-collector-contrib")}:${version}. ${setImage}`,
    ];
  const tagged = /^v?(\d+\.\d+\.\d+)(?![.\d])/.exec(tag ?? "")?.[1];
  if (tagged === undefined || tagged === version) return [];
  const supported = isSupported(tagged) ? `pulumi config set --path collector.version ${tagged}` : "another image";
  return [
    `collector.version: "${version}" is not the version ${tagged} of collector.image. Mend it with: ${supported}`,
  ];
}

/** Names and keys are known of some versions; `build:collector`, the default of the key, stands for Alloy's own image. */
function alloyImageProblem(image: string): readonly string[] {
  if (image === OWN_COLLECTOR) return [];
  const tagged = /^v?(\d+\.\d+\.\d+)(?![.\d])/.exec(referenceParts(image)?.tag ?? "")?.[1];
  if (!image.startsWith("build:") && (tagged === undefined || isSupportedAlloy(tagged))) return [];
  return [
    `collector.image: ${JSON.stringify(image)} is no Grafana Alloy whose components are known. Allowed: ${ALLOY.image}, or another 1.19. Set it with: pulumi config set --path collector.image ${ALLOY.image}`,
  ];
}

/** What the pipeline needs and Alloy has no component for. */
function alloyProblem(plain: PlainConfig): readonly string[] {
  const { storeMetrics, hostMetrics, containerMetrics, containerLogs, postgres, redis, collector } = plain;
  const stores = [...(postgres === "none" ? [] : ["PostgreSQL"]), ...(redis === "none" ? [] : ["Redis"])];
  const missing = [
    ...(storeMetrics && stores.length > 0 ? [["storeMetrics", `metrics of ${stores.join(" and ")}`]] : []),
    ...(hostMetrics ? [["hostMetrics", "metrics of the host"]] : []),
    ...(containerMetrics ? [["containerMetrics", "metrics of containers"]] : []),
    ...(containerLogs ? [["containerLogs", "logs of containers"]] : []),
  ];
  const switchOff = missing.map(([key]) => `pulumi config set ${key} false`).join("; ");
  const small = collector.memory < ALLOY.memoryMiB;
  return [
    ...(missing.length > 0
      ? [
          `collector.engine: alloy has no component for ${missing.map(([, what]) => what).join(", ")}. Leave them out with: ${switchOff}; or set it to otelcol`,
        ]
      : []),
    ...(small
      ? [
          `collector.memory: ${collector.memory} is not enough for collector.engine alloy. Allowed: at least ${ALLOY.memoryMiB}. Set it with: pulumi config set --path collector.memory ${ALLOY.memoryMiB}`,
        ]
      : []),
  ];
}

/** Upstream's samplers keep to no number of spans a second. */
function ceilingProblem({ collector, sampling: { ceiling } }: PlainConfig): readonly string[] {
  return ceiling === undefined ? [] : onlyOwn(collector, "sampling.ceiling", String(ceiling));
}

/** Only the collector of this repository bounds series and repeated records. */
function limitsProblem({ collector, limits }: PlainConfig): readonly string[] {
  const [key] =
    Object.entries(limits).find(([, value]) => typeof value === "number" || Object.keys(value ?? {}).length > 0) ?? [];
  return key === undefined ? [] : onlyOwn(collector, `limits.${key}`, "it");
}

/** The sentence about a key that only the collector of this repository can do; none where the stack has that one. */
function onlyOwn({ engine, image }: PlainConfig["collector"], key: string, what: string): readonly string[] {
  if (engine === "otelcol" && image === OWN_COLLECTOR) return [];
  const own = engine === "otelcol" ? `collector.image to ${OWN_COLLECTOR}` : "collector.engine to otelcol";
  return [
    `${key}: ${what} needs the collector that this repository builds. Set ${own}, or remove it with: pulumi config rm --path ${key}`,
  ];
}

const SHORTEST_HASH_KEY = 16;

/** A hash without a key of its own can be computed by anybody for every id there is. */
function hashKeyProblem(
  { privacy, collector }: PlainConfig,
  { privacyHashKey: key }: Settings["values"],
): readonly string[] {
  const setKey = "Set it with: pulumi config set --secret privacyHashKey (at least 16 characters)";
  if (privacy.action !== "hash") {
    if (!key || key.startsWith(DUMMY)) return [];
    return [
      `privacyHashKey: is set, but privacy.action is "${privacy.action}". Use it with: pulumi config set --path privacy.action hash, or remove it with: pulumi config rm privacyHashKey`,
    ];
  }
  if (!key) return [`privacyHashKey: not set, but privacy.action is "hash". ${setKey}`];
  if (key.length < SHORTEST_HASH_KEY) return [`privacyHashKey: is shorter than 16 characters. ${setKey}`];
  const { engine, image, version } = collector;
  if (engine === "alloy" || image === OWN_COLLECTOR || atLeast(version, "0.147.0")) return [];
  return [
    `privacy.action: "hash" needs build:collector or collector 0.147.0, and collector.version is ${version}. Set it with: pulumi config set --path privacy.action mask`,
  ];
}
