import type { Receiver } from "./components.ts";

/** Ports applications send OTLP to, on the network of the containers only. */
export const INTAKE_PORTS = { grpc: 4317, http: 4318, browser: 4319 } as const;

/** Name of the collector on that network; where there are several it is the name of all. */
export const COLLECTOR_HOST = "collector";

/** Where OTLP/HTTP is sent on that network. A constant, so that applications never restart for us. */
export const INTAKE = `http://${COLLECTOR_HOST}:${INTAKE_PORTS.http}`;

/** Where the nginx of a page passes on what browsers send. */
export const BROWSER_INTAKE = `http://${COLLECTOR_HOST}:${INTAKE_PORTS.browser}`;

export function otlpReceiver(): Receiver<"otlp"> {
  return {
    kind: "otlp",
    why: "Reachable on the network of the containers; no port is published.",
    settings: {
      protocols: {
        grpc: { endpoint: `0.0.0.0:${INTAKE_PORTS.grpc}`, max_recv_msg_size_mib: 8 },
        http: { endpoint: `0.0.0.0:${INTAKE_PORTS.http}` },
      },
    },
  };
}
