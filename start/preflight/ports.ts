import { Failure } from "../../cli/failure.ts";
import { run } from "../../cli/process.ts";
import type { PlannedContainer } from "./plan.ts";
import { isFree, listenerOn } from "./sockets.ts";

/** A published port that another program has. */
export interface PortConflict {
  readonly port: number;
  /** Container of ours that wants it. */
  readonly wantedBy: string;
  /** Who has it, as far as can be seen. */
  readonly takenBy?: string;
}

/** Throws a Failure when a port that the plan publishes is taken by anything but this stack's own containers. */
export async function requireFreePorts(containers: readonly PlannedContainer[], portOffset: number): Promise<void> {
  const published = publishedPorts((await run("docker", ["ps", "--format", "{{.Names}}\t{{.Ports}}"])).stdout);
  const conflicts: PortConflict[] = [];
  for (const { name, ports } of containers) {
    for (const port of ports) {
      const holder = published.get(port);
      if (holder === name) continue;
      if (holder !== undefined) conflicts.push({ port, wantedBy: name, takenBy: `the container ${holder}` });
      else if (!(await isFree(port))) conflicts.push({ port, wantedBy: name, ...whoHas(port) });
    }
  }
  if (conflicts.length > 0) throw new Failure(conflictSentence(conflicts, portOffset));
}

function whoHas(port: number): { takenBy?: string } {
  const takenBy = listenerOn(port);
  return takenBy === undefined ? {} : { takenBy };
}

/** Published port -> container, from `docker ps --format "{{.Names}}\t{{.Ports}}"`. */
export function publishedPorts(listing: string): ReadonlyMap<number, string> {
  const found = new Map<number, string>();
  for (const line of listing.split("\n")) {
    const [name = "", ports = ""] = line.split("\t");
    for (const match of ports.matchAll(/:(\d+)(?:-(\d+))?->/g)) {
      const first = Number(match[1]);
      for (let port = first; port <= Number(match[2] ?? first); port += 1) found.set(port, name);
    }
  }
  return found;
}

export function conflictSentence(conflicts: readonly PortConflict[], portOffset: number): string {
  const parts = conflicts.map(
    ({ port, wantedBy, takenBy }) => `${port} (for ${wantedBy}) by ${takenBy ?? "another program"}`,
  );
  const [noun, pronoun] = conflicts.length === 1 ? ["Port", "it"] : ["Ports", "them"];
  return `${noun} already in use on 127.0.0.1: ${parts.join(", ")}; stop what has ${pronoun}, or move this stack with "npm start -- --config portOffset=${portOffset + 100}".`;
}
