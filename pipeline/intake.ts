import { componentId } from "./component.ts";
import type { Extension, Middlewares, Receiver } from "./components.ts";
import { intakeBytes } from "./memory.ts";
import type { Distribution } from "./versions.ts";

/** Ports applications send OTLP to, on the network of the containers only. */
export const INTAKE_PORTS = { grpc: 4317, http: 4318, browser: 4319 } as const;

/** Name of the collector on that network; where there are several it is the name of all. */
export const COLLECTOR_HOST = "collector";

/** Where OTLP/HTTP is sent on that network. A constant, so that applications never restart for us. */
export const INTAKE = `http://${COLLECTOR_HOST}:${INTAKE_PORTS.http}`;

/** Where the nginx of a page passes on what browsers send. */
export const BROWSER_INTAKE = `http://${COLLECTOR_HOST}:${INTAKE_PORTS.browser}`;

/** A receiver decodes every request at once, so with too little processor time they would fill the memory. Own distribution only. */
export function intakeLimit(distribution: Distribution, memoryMiB: number): readonly Extension<"intake_limit">[] {
  if (distribution !== "own") return [];
  return [
    {
      kind: "intake_limit",
      why: "What exceeds it waits unread, then is refused so that its sender tries again.",
      settings: { max_bytes: intakeBytes(memoryMiB), max_waiting: 256, wait: "5s" },
    },
  ];
}

/** What a protocol of a receiver is given to stand behind that limit. */
export function limited(distribution: Distribution): { readonly middlewares?: Middlewares } {
  return distribution === "own" ? { middlewares: [{ id: { component: componentId({ kind: "intake_limit" }) } }] } : {};
}

export function otlpReceiver(distribution: Distribution): Receiver<"otlp"> {
  return {
    kind: "otlp",
    why: "Reachable on the network of the containers; no port is published.",
    settings: {
      protocols: {
        grpc: { endpoint: `0.0.0.0:${INTAKE_PORTS.grpc}`, max_recv_msg_size_mib: 8, ...limited(distribution) },
        http: { endpoint: `0.0.0.0:${INTAKE_PORTS.http}`, ...limited(distribution) },
      },
    },
  };
}
