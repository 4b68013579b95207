import { type Component, componentId, kindOf, setting } from "../component.ts";
import { isComponentRef, secretsIn } from "../reference.ts";
import type { Finding, Rule } from "./rule.ts";

export const refusedKeyLoses: Rule = {
  id: "refused-key-loses",
  severity: "warning",
  explain:
    "OTLP calls 401 and 403 final: while its key is revoked or expired, an exporter drops everything it would have sent. With `retryable_status`, which only the collector of this repository has, it waits in the queue for the next key.",
  find: (p, target) =>
    p.exporters
      .filter((exporter) => exporter.kind === "otlphttp" && signsIn(exporter) && !keepsRefused(exporter))
      .map(
        (exporter): Finding => ({
          place: `exporters.${componentId(exporter)}`,
          message: "a revoked or expired key loses data with this collector",
          fix:
            target.distribution === "upstream"
              ? "set collector.image to build:collector, or make the next key before the old one ends"
              : "let its middlewares name retryable_status",
        }),
      ),
};

function signsIn(exporter: Component): boolean {
  return (
    setting(exporter, "auth") !== undefined ||
    setting(exporter, "tls", "key_file") !== undefined ||
    secretsIn(setting(exporter, "headers")).size > 0
  );
}

function keepsRefused(exporter: Component): boolean {
  const middlewares = setting(exporter, "middlewares");
  return (
    Array.isArray(middlewares) &&
    middlewares.some(({ id }) => isComponentRef(id) && kindOf(id.component) === "retryable_status")
  );
}
