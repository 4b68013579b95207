import { componentId, setting } from "../component.ts";
import type { Finding, Rule } from "./rule.ts";

const KEYS = ["endpoint", "traces_endpoint", "metrics_endpoint", "logs_endpoint"] as const;

export const otlpHttpAddress: Rule = {
  id: "otlp-http-address",
  severity: "error",
  explain:
    "OTLP over HTTP needs an address with a scheme, usually with port 4318; port 4317 is that of gRPC. `/v1/traces` and so on are appended to the base address, and not to the address of one signal.",
  find: (p) =>
    p.exporters
      .filter((exporter) => exporter.kind === "otlphttp")
      .flatMap((exporter) => {
        const id = componentId(exporter);
        const given = KEYS.filter((key) => setting(exporter, key) !== undefined);
        if (given.length === 0) {
          return [{ place: `exporters.${id}`, message: "it has no endpoint", fix: "set endpoint" }];
        }
        return given.flatMap((key): readonly Finding[] => {
          const value = setting(exporter, key);
          // an address that is a secret, or known only after the backend was made, is not looked at
          return typeof value === "string" ? problems(key, value, `exporters.${id}.${key}`) : [];
        });
      }),
};

function problems(key: (typeof KEYS)[number], value: string, place: string): readonly Finding[] {
  if (!/^https?:\/\/[^/\s]+/i.test(value)) {
    return [{ place, message: `"${value}" has no scheme`, fix: `write http://${value} or https://${value}` }];
  }
  if (/^https?:\/\/[^/]*:4317(\/|$)/i.test(value)) {
    return [
      {
        place,
        message: `"${value}" is the port of gRPC`,
        fix: `use port 4318: ${value.replace(":4317", ":4318")}`,
      },
    ];
  }
  const path = value.replace(/\/$/, "").match(/\/v1\/(traces|metrics|logs)$/)?.[1];
  if (key === "endpoint") {
    return path === undefined
      ? []
      : [
          {
            place,
            message: `/v1/${path} would be appended twice`,
            fix: `leave /v1/${path} out, or set ${path}_endpoint`,
          },
        ];
  }
  const signal = key.replace("_endpoint", "");
  return path === undefined || path === signal
    ? []
    : [{ place, message: `${signal} would be sent to the address of ${path}`, fix: `end it with /v1/${signal}` }];
}
