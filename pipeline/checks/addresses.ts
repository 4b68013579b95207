/** Addresses: of the right form, and each used once. */
import { setting } from "../component.ts";
import type { PipelineGraph } from "../model.ts";
import { isSecretRef } from "../reference.ts";
import { allComponents, componentsIn } from "./graph.ts";
import type { Finding, Rule } from "./rule.ts";

const ENDPOINTS = ["endpoint", "traces_endpoint", "metrics_endpoint", "logs_endpoint", "profiles_endpoint"] as const;

export const otlpHttpAddress: Rule = {
  id: "otlp-http-address",
  severity: "error",
  explain:
    "OTLP over HTTP needs an address with a scheme, usually with port 4318; port 4317 is that of gRPC. `/v1/traces` and so on are appended to the base address, and not to the address of one signal.",
  *find(p) {
    for (const { place, component } of componentsIn(p, "exporters", "otlphttp")) {
      const given = ENDPOINTS.filter((key) => setting(component, key) !== undefined);
      if (given.length === 0) yield { place, message: "it has no endpoint", fix: "set endpoint" };
      for (const key of given) {
        const value = setting(component, key);
        // an address that is a secret, or known only after the backend was made, is not looked at
        const problem = typeof value === "string" ? problemOf(key, value) : undefined;
        if (problem !== undefined) yield { place: `${place}.${key}`, ...problem };
      }
    }
  },
};

function problemOf(key: (typeof ENDPOINTS)[number], value: string): Omit<Finding, "place"> | undefined {
  if (!/^https?:\/\/[^/\s]+/i.test(value)) {
    return { message: `"${value}" has no scheme`, fix: `write http://${value} or https://${value}` };
  }
  if (/^https?:\/\/[^/]*:4317(\/|$)/i.test(value)) {
    const fix = `use port 4318: ${value.replace(":4317", ":4318")}`;
    return { message: `"${value}" is the port of gRPC`, fix };
  }
  const path = value.replace(/\/$/, "").match(/\/v1\/(traces|metrics|logs)$/)?.[1];
  const signal = key.replace("_endpoint", "");
  if (path === undefined || path === signal) return undefined;
  return key === "endpoint"
    ? { message: `/v1/${path} would be appended twice`, fix: `leave /v1/${path} out, or set ${path}_endpoint` }
    : { message: `${signal} would be sent to the address of ${path}`, fix: `end it with /v1/${signal}` };
}

export const portTaken: Rule = {
  id: "port-taken",
  severity: "error",
  explain: "Two components listen on one port; the second one fails and takes the whole collector with it.",
  *find(p) {
    for (const { key, place, first } of repeated(listeners(p))) {
      yield { place, message: `port ${key} is taken by ${first}`, fix: "give one of them another port" };
    }
  },
};

export const observedTwice: Rule = {
  id: "observed-twice",
  severity: "warning",
  explain:
    "Two receivers read the same address, or two exporters send the same signal to one: everything is stored twice.",
  *find(p) {
    for (const { key, place, first } of repeated([...scraped(p), ...sentTo(p)])) {
      yield { place, message: `${key.split(" ").at(-1)} is used by ${first} already`, fix: "remove one of them" };
    }
  },
};

interface Place {
  readonly key: string;
  readonly place: string;
}

function repeated(places: readonly Place[]): readonly (Place & { first: string })[] {
  return places.flatMap((place, i) => {
    const first = places.find((other) => other.key === place.key);
    return first === undefined || places.indexOf(first) === i ? [] : [{ ...place, first: first.place }];
  });
}

/** Paths of the settings that are addresses to listen on; the receiver named prometheus scrapes, the exporter of that name listens. */
const LISTENING: Readonly<Record<string, readonly string[]>> = {
  otlp: ["protocols.grpc.endpoint", "protocols.http.endpoint"],
  health_check: ["endpoint"],
  zpages: ["endpoint"],
  pprof: ["endpoint"],
  fluentforward: ["endpoint"],
  prometheus: ["endpoint"],
};

function listeners(p: PipelineGraph): readonly Place[] {
  const components = allComponents(p)
    .filter(({ component, role }) => component.kind !== "prometheus" || role === "exporter")
    .flatMap(({ place, component }) =>
      (LISTENING[component.kind] ?? []).flatMap((path) => {
        const port = String(setting(component, ...path.split("."))).match(/:(\d+)$/)?.[1];
        return port === undefined ? [] : [{ key: port, place: `${place}.${path}` }];
      }),
    );
  return [...components, ...ownMetricPorts(p.service.telemetry.metrics)];
}

function ownMetricPorts(metrics: unknown, place = "service.telemetry.metrics"): readonly Place[] {
  if (typeof metrics !== "object" || metrics === null) return [];
  return Object.entries(metrics).flatMap(([key, value]: [string, unknown]) =>
    key === "port" && typeof value === "number"
      ? [{ key: String(value), place: `${place}.port` }]
      : ownMetricPorts(value, `${place}.${key}`),
  );
}

function scraped(p: PipelineGraph): readonly Place[] {
  return componentsIn(p, "receivers")
    .filter(({ component }) => component.kind !== "otlp" && component.kind !== "fluentforward")
    .flatMap(({ place, component }) => {
      const endpoint = setting(component, "endpoint");
      return typeof endpoint === "string" ? [{ key: `${component.kind} ${endpoint}`, place }] : [];
    });
}

function sentTo(p: PipelineGraph): readonly Place[] {
  return componentsIn(p, "exporters").flatMap(({ place, id, component }) =>
    ENDPOINTS.flatMap((key): Place[] => {
      const value = setting(component, key);
      const address = isSecretRef(value) ? `secret:${value.secret}` : value;
      if (typeof address !== "string") return [];
      // one address may serve several tenants, distinguished by headers or credentials
      const identity = JSON.stringify([setting(component, "headers") ?? null, setting(component, "auth") ?? null]);
      const pipelines = p.service.pipelines.filter(({ exporters }) => exporters.includes(id));
      return [...new Set(pipelines.map(({ signal }) => signal))].map((signal) => ({
        key: `${component.kind} ${key} ${signal} ${identity} ${address}`,
        place,
      }));
    }),
  );
}
