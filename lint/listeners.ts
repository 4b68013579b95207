import { at, type Component, type Config, recordOf, textOf } from "./model.ts";
import type { Finding } from "./rule.ts";

/** Where a component listens. */
export interface Listener {
  readonly component: Component;
  readonly path: Finding["path"];
  /** Empty: every network. */
  readonly host: string;
  readonly port: string;
}

/** Where receivers, exporters and extensions listen, as far as it is written. */
export function listenersOf(config: Config): readonly Listener[] {
  const of = (component: Component, endpoint: unknown, ...keys: readonly string[]): readonly Listener[] => {
    const [, host = "", port] = /^(.*):(\d{2,5})$/.exec(textOf(endpoint)) ?? [];
    return port === undefined ? [] : [{ component, path: [...component.path, ...keys], host, port }];
  };
  const started = ({ role, id }: Component): boolean => {
    if (config.pipelines.length === 0) return true;
    if (role === "extension") return config.extensions.includes(id);
    if (role === "receiver") return config.using("receivers", id).length > 0;
    return role === "exporter" && config.using("exporters", id).length > 0;
  };
  return config.components.filter(started).flatMap((component) => {
    const { role, type, settings } = component;
    if (role === "receiver" && /^(otlp|jaeger|loki|skywalking|otelarrow)$/.test(type))
      return Object.keys(recordOf(settings.protocols)).flatMap((name) =>
        of(component, at(settings, "protocols", name, "endpoint"), "protocols", name, "endpoint"),
      );
    const listens =
      (role === "receiver" &&
        /^(zipkin|opencensus|splunkhec|influxdb|webhookevent|fluentforward|prometheusremotewrite|datadog|faro|githubreceiver)$/.test(
          type,
        )) ||
      (role === "exporter" && type === "prometheus") ||
      (role === "extension" && /^(healthcheck|healthcheckv2|pprof|zpages|httpforwarder)$/.test(type));
    return listens ? of(component, settings.endpoint, "endpoint") : [];
  });
}

/** Ports of components that have no endpoint in the file. */
const USUAL: readonly (readonly [role: Component["role"], type: string, protocol: string | undefined, port: string])[] =
  [
    ["receiver", "otlp", "grpc", "4317"],
    ["receiver", "otlp", "http", "4318"],
    ["receiver", "jaeger", "grpc", "14250"],
    ["receiver", "jaeger", "thrift_http", "14268"],
    ["receiver", "zipkin", undefined, "9411"],
    ["extension", "healthcheck", undefined, "13133"],
    ["extension", "pprof", undefined, "1777"],
    ["extension", "zpages", undefined, "55679"],
  ];

/** Where components listen that say nothing of it. */
export function* usualListenersOf(config: Config): Generator<Listener> {
  for (const [role, type, protocol, port] of USUAL)
    for (const component of config.of(role, type)) {
      const isStarted =
        role === "extension"
          ? config.extensions.includes(component.id)
          : config.using("receivers", component.id).length > 0;
      const settings = protocol === undefined ? component.settings : recordOf(component.settings.protocols)[protocol];
      const isMeant = protocol === undefined || protocol in recordOf(component.settings.protocols);
      // a text is a reference, and a socket has no port
      if (!isStarted || !isMeant || typeof settings === "string" || at(settings, "transport") === "unix") continue;
      if (at(settings, "endpoint") === undefined && at(settings, "use_v2") === undefined)
        yield {
          component,
          path: protocol === undefined ? component.path : [...component.path, "protocols", protocol],
          host: "localhost",
          port,
        };
    }
}
