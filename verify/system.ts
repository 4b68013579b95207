import { list, object, text } from "./json.ts";

/** What must arrive follows from what is deployed: the stack outputs `services` and `sources` say it. Pure. */

/** Answers requests, takes messages, carries out commands of a chat, runs on a schedule, or serves pages. */
export const WORK = ["requests", "messages", "commands", "schedule", "pages"] as const;
export type Work = (typeof WORK)[number];

/** One service that sends telemetry. */
export interface ServiceFacts {
  /** `service.name`. */
  readonly name: string;
  /** `nginx` can send traces only, and only where its image has the OpenTelemetry module; of `other`, an SDK of another language, spans are asked. */
  readonly kind: "python" | "node" | "nginx" | "other";
  /** What its role is about. */
  readonly work: Work;
  /** Python that this program instruments: what its libraries send is known. */
  readonly injected: boolean;
  /** Functions of its own are traced. */
  readonly traced: boolean;
  /** nginx: visitors' browsers report of its pages. */
  readonly browser: boolean;
  /** Stores and other services that its environment names: `PostgreSQL`, `Redis`, `RabbitMQ`, or a service by its name. */
  readonly calls: readonly string[];
}

export interface System {
  readonly services: readonly ServiceFacts[];
  /** What the collector measures itself, by the names of INFRASTRUCTURE. */
  readonly sources: readonly string[];
  /** What all its telemetry calls its environment, where it is known. */
  readonly environment?: string;
  /** Stores and services that send no log records themselves, so that those of their containers are read. Default: none. */
  readonly containerLogs?: readonly string[];
}

/** Reads both outputs; a stack that was deployed before they existed has neither, and nothing is expected of it. */
export function systemIn(outputs: Readonly<Record<string, unknown>>): System {
  const services = list(outputs.services).map(object);
  const logged = list(outputs.containerLogs)
    .map(text)
    .filter((name) => !services.some((service) => service.name === name && service.kind !== "other"));
  return {
    services: services.map(({ name, kind, work, calls, ...is }) => ({
      name: text(name),
      kind: kind === "nginx" || kind === "node" || kind === "other" ? kind : "python",
      // an earlier version of this program does not say it: then no criterion is about it
      work: WORK.find((known) => known === work) ?? "messages",
      injected: is.injected === true,
      traced: is.traced === true,
      browser: is.browser === true,
      calls: list(calls).map(text),
    })),
    sources: list(outputs.sources).map(text),
    ...(typeof outputs.environment === "string" && { environment: outputs.environment }),
    ...(logged.length > 0 && { containerLogs: logged }),
  };
}
