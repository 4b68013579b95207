import { list, object, text } from "./json.ts";

/** What must arrive follows from what is deployed: the stack outputs `services` and `sources` say it. Pure. */

/** One service that sends telemetry. */
export interface ServiceFacts {
  /** `service.name`. */
  readonly name: string;
  /** `nginx` can send traces only, and only where its image has the OpenTelemetry module. */
  readonly kind: "python" | "node" | "nginx";
  /** Stores and other services that its environment names: `PostgreSQL`, `Redis`, `RabbitMQ`, or a service by its name. */
  readonly calls: readonly string[];
}

export interface System {
  readonly services: readonly ServiceFacts[];
  /** What the collector measures itself, by the names of INFRASTRUCTURE. */
  readonly sources: readonly string[];
}

/** Reads both outputs; a stack that was deployed before they existed has neither, and nothing is expected of it. */
export function systemIn(outputs: Readonly<Record<string, unknown>>): System {
  const services = list(outputs.services).map(object);
  return {
    services: services.map(({ name, kind, calls }) => ({
      name: text(name),
      kind: kind === "nginx" || kind === "node" ? kind : "python",
      calls: list(calls).map(text),
    })),
    sources: list(outputs.sources).map(text),
  };
}
