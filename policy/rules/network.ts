/** Ports: published on this machine alone, and none that takes telemetry of anybody. */
import { type Container, containersOf, isService, knownText, mapsOf } from "../containers.ts";
import type { Finding, Rule } from "../rule.ts";

const LOOPBACK = /^(127\.\d+\.\d+\.\d+|::1|\[::1\]|localhost)$/;
/** OTLP over gRPC and over HTTP. */
const OTLP = [4317, 4318];

interface Published {
  readonly container: Container;
  readonly at: string;
  readonly internal: number;
  readonly external: string;
  readonly isLoopback: boolean;
}

function* publishedIn(containers: readonly Container[]): Generator<Published> {
  for (const container of containers) {
    for (const [index, { internal, external, ip }] of mapsOf(container.inputs.ports).entries()) {
      yield {
        container,
        at: `ports[${index}]`,
        internal: Number(internal),
        external: external === undefined ? "a port of the engine's choice" : `port ${external}`,
        isLoopback: LOOPBACK.test(knownText(ip) ?? ""),
      };
    }
  }
}

export const loopbackPorts: Rule = {
  id: "loopback-ports",
  severity: "error",
  explain:
    "Docker publishes a port on every address of the machine and before its firewall's rules, unless an address is named. Allowed: 127.0.0.1 and ::1; what the world may see stands behind a proxy of yours on the machine. A swarm has no such ports; what it publishes is what `swarm.ports` allows.",
  needs: "resource",
  *find(stack) {
    const containers = containersOf(stack);
    for (const { container, at, internal, external, isLoopback } of publishedIn(containers)) {
      if (isLoopback || isService(container) || OTLP.includes(internal)) continue;
      const message = `${external} is open on every address of the machine`;
      yield { resource: container.resource, at, message, fix: 'set ip to "127.0.0.1"' };
    }
    for (const { resource, inputs } of containers) {
      if (inputs.publishAllPorts !== true) continue;
      const message = "every port of the image is open on every address of the machine";
      yield { resource, at: "publishAllPorts", message, fix: "name the ports that are needed, with ip 127.0.0.1" };
    }
  },
};

export const publicOtlp: Rule = {
  id: "public-otlp",
  severity: "error",
  explain:
    "An OTLP port that is open to the world takes anybody's telemetry: bills, disks and boards fill with it, and nobody can tell whose it is. Allowed: the stack's network, and 127.0.0.1.",
  needs: "resource",
  *find(stack): Iterable<Finding> {
    for (const { container, at, internal, external, isLoopback } of publishedIn(containersOf(stack))) {
      if (isLoopback || !OTLP.includes(internal)) continue;
      const message = `OTLP (${internal}) is open on ${external} of every address of the machine`;
      const fix = 'remove the port, since applications reach it on the stack\'s network, or set ip to "127.0.0.1"';
      yield { resource: container.resource, at, message, fix };
    }
  },
};
