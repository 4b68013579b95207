/** What an exporter does while its backend is away or refuses its key: nothing may be lost. */
import { type Component, kindOf, setting } from "../component.ts";
import { isComponentRef, secretsIn } from "../reference.ts";
import type { Distribution } from "../versions.ts";
import { componentsIn } from "./graph.ts";
import type { Rule } from "./rule.ts";

/** Exporters that send to nobody who could be away. */
const SEND_NOWHERE = new Set(["debug", "file", "nop", "prometheus", "prometheusremotewrite"]);

export const queueNotOnDisk: Rule = {
  id: "queue-not-on-disk",
  severity: "error",
  explain:
    "A queue in memory, or none, loses everything undelivered when the collector restarts while a backend is away.",
  *find(p) {
    for (const { place: exporter, component } of componentsIn(p, "exporters")) {
      if (SEND_NOWHERE.has(component.kind)) continue;
      const place = `${exporter}.sending_queue`;
      if (setting(component, "sending_queue", "enabled") === false) {
        const fix = "set enabled: true and storage: file_storage/queue";
        yield { place, message: "the queue is switched off", fix };
      } else if (setting(component, "sending_queue", "storage") === undefined) {
        yield { place, message: "the queue is in memory only", fix: "set storage: file_storage/queue" };
      }
    }
  },
};

export const retryGivesUp: Rule = {
  id: "retry-gives-up",
  severity: "error",
  explain:
    "An exporter that stops retrying drops what a longer outage of its backend left in the queue; the default is five minutes.",
  *find(p) {
    for (const { place: exporter, component } of componentsIn(p, "exporters")) {
      if (SEND_NOWHERE.has(component.kind)) continue;
      const place = `${exporter}.retry_on_failure`;
      const longest = setting(component, "retry_on_failure", "max_elapsed_time");
      if (setting(component, "retry_on_failure", "enabled") === false) {
        const fix = "set enabled: true and max_elapsed_time: 0s";
        yield { place, message: "failed requests are not retried", fix };
      } else if (longest === undefined || !/^0\D*$/.test(String(longest))) {
        const message = `data is dropped after ${longest === undefined ? "300s, the default" : String(longest)}`;
        yield { place: `${place}.max_elapsed_time`, message, fix: "set max_elapsed_time: 0s" };
      }
    }
  },
};

const IN_TIME = "or make the next key before the old one ends";

const FIXES: Readonly<Record<Distribution, string>> = {
  own: "let its middlewares name retryable_status",
  upstream: `set collector.image to build:collector, ${IN_TIME}`,
  alloy: `set collector.engine to otelcol, ${IN_TIME}`,
};

export const refusedKeyLoses: Rule = {
  id: "refused-key-loses",
  severity: "warning",
  explain:
    "OTLP calls 401 and 403 final: while its key is revoked or expired, an exporter drops everything it would have sent. With `retryable_status`, which only the collector of this repository has, it waits in the queue for the next key.",
  *find(p, { distribution }) {
    const fix = FIXES[distribution ?? "own"];
    for (const { place, component } of componentsIn(p, "exporters", "otlphttp")) {
      if (!signsIn(component) || retriesRefused(component)) continue;
      yield { place, message: "a revoked or expired key loses data with this collector", fix };
    }
  },
};

function signsIn(exporter: Component): boolean {
  return (
    setting(exporter, "auth") !== undefined ||
    setting(exporter, "tls", "key_file") !== undefined ||
    secretsIn(setting(exporter, "headers")).size > 0
  );
}

function retriesRefused(exporter: Component): boolean {
  const middlewares = setting(exporter, "middlewares");
  return (
    Array.isArray(middlewares) &&
    middlewares.some(({ id }) => isComponentRef(id) && kindOf(id.component) === "retryable_status")
  );
}
