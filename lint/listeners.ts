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
