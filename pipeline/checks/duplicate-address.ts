import { type Component, componentId, setting } from "../component.ts";
import type { PipelineGraph } from "../model.ts";
import { isSecretRef } from "../reference.ts";
import { allComponents } from "./graph.ts";
import type { Rule } from "./rule.ts";

export const portTaken: Rule = {
  id: "port-taken",
  severity: "error",
  explain: "Two components listen on one port; the second one fails and takes the whole collector with it.",
  find: (p) =>
    repeated(listeners(p)).map(({ key, place, first }) => ({
      place,
      message: `port ${key} is taken by ${first}`,
      fix: "give one of them another port",
    })),
};

export const observedTwice: Rule = {
  id: "observed-twice",
  severity: "warning",
  explain:
    "Two receivers read the same address, or two exporters send the same signal to one: everything is stored twice.",
  find: (p) =>
    repeated([...scraped(p), ...sentTo(p)]).map(({ key, place, first }) => ({
      place,
      message: `${key.split(" ").at(-1)} is used by ${first} already`,
      fix: "remove one of them",
    })),
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

const LISTENING: Readonly<Record<string, readonly (readonly string[])[]>> = {
  otlp: [
    ["protocols", "grpc", "endpoint"],
    ["protocols", "http", "endpoint"],
  ],
  health_check: [["endpoint"]],
  zpages: [["endpoint"]],
  pprof: [["endpoint"]],
  fluentforward: [["endpoint"]],
  prometheus: [["endpoint"]],
};

function listeners(p: PipelineGraph): readonly Place[] {
  const components = allComponents(p).flatMap(({ place, component }) =>
    (LISTENING[component.kind] ?? []).flatMap((path) => {
      const endpoint = setting(component, ...path);
      const port = typeof endpoint === "string" ? endpoint.match(/:(\d+)$/)?.[1] : undefined;
      // the receiver named prometheus scrapes, the exporter of that name listens
      if (port === undefined || (component.kind === "prometheus" && place.startsWith("receivers."))) return [];
      return [{ key: port, place: `${place}.${path.join(".")}` }];
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
  return p.receivers
    .filter((receiver) => receiver.kind !== "otlp" && receiver.kind !== "fluentforward")
    .flatMap((receiver) => {
      const endpoint = setting(receiver, "endpoint");
      return typeof endpoint === "string"
        ? [{ key: `${receiver.kind} ${endpoint}`, place: placeOf("receivers", receiver) }]
        : [];
    });
}

function sentTo(p: PipelineGraph): readonly Place[] {
  return p.exporters.flatMap((exporter) =>
    ["endpoint", "traces_endpoint", "metrics_endpoint", "logs_endpoint"].flatMap((key): Place[] => {
      const value = setting(exporter, key);
      const address = isSecretRef(value) ? `secret:${value.secret}` : value;
      if (typeof address !== "string") return [];
      // one address may serve several tenants, distinguished by headers or credentials
      const identity = JSON.stringify([setting(exporter, "headers") ?? null, setting(exporter, "auth") ?? null]);
      const signals = p.service.pipelines
        .filter((pipeline) => pipeline.exporters.includes(componentId(exporter)))
        .map((pipeline) => pipeline.signal);
      return [...new Set(signals)].map((signal) => ({
        key: `${exporter.kind} ${key} ${signal} ${identity} ${address}`,
        place: placeOf("exporters", exporter),
      }));
    }),
  );
}

function placeOf(section: string, component: Component): string {
  return `${section}.${componentId(component)}`;
}
