import { absent, level, minus, rate } from "../model/build.ts";
import type { Metric } from "../model/metric.ts";
import { signal } from "../model/signal.ts";

const metric = (name: string, kind: "counter" | "updown", unit: string): Metric => ({
  name: `nginx.${name}`,
  kind,
  unit,
  source: "receiver:nginx",
  attributes: ["service.name"],
});

const requests = metric("requests", "counter", "requests");
const accepted = metric("connections_accepted", "counter", "connections");
const handled = metric("connections_handled", "counter", "connections");
const current: Metric = {
  ...metric("connections_current", "updown", "connections"),
  attributes: ["service.name", "state"],
};

/** What an nginx says on its `/stub_status` page. */
export function nginxSignals(service: string) {
  const where = { "service.name": service };
  return {
    requests: signal(`${service}-nginx-requests`, "Requests", "requests/s", {
      meaning: `Requests ${service} answered per second`,
      value: rate(requests, { where }),
    }),
    connections: signal(`${service}-nginx-connections`, "Connections", "count", {
      meaning: `Connections of ${service}: reading, writing, waiting`,
      value: level(current, { where, by: ["state"] }),
    }),
    accepted: signal(`${service}-nginx-accepted`, "New connections", "operations/s", {
      meaning: `Connections ${service} accepted per second`,
      value: rate(accepted, { where }),
    }),
    dropped: signal(`${service}-nginx-dropped`, "Dropped connections", "operations/s", {
      meaning: `Connections ${service} accepted but did not handle, per second: it ran out of workers`,
      value: minus(rate(accepted, { where }), rate(handled, { where })),
    }),
  };
}

/** Silence of an nginx: its status page could not be read for five minutes. */
export function statusSilence(service: string) {
  const meaning = `1 when the status page of ${service} could not be read for five minutes`;
  const value = absent(requests, 300, { where: { "service.name": service } });
  return signal(`silence-${service}`, `Silence of ${service}`, "state", { meaning, value });
}
