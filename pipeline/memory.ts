import type { Processor } from "./components.ts";

/** Below this the collector's own 80 MiB leave too little for data. */
export const MIN_MEMORY_MIB = 128;

/** What the Go runtime should stay under: 80 % of the container's limit, value for `GOMEMLIMIT`. */
export function goMemLimit(memoryMiB: number): string {
  return `${Math.floor(memoryMiB * 0.8)}MiB`;
}

/** Decoded, privacy's copies and the bytes for the queues included, a request takes six times what it is on the wire: a fifth of the memory. */
export function intakeBytes(memoryMiB: number): number {
  return Math.floor(memoryMiB / 30) * 2 ** 20;
}

/**
 * The limiter acts on the Go heap alone, about 50 MiB less than the process holds. Its hard limit is 75 % of the container's
 * memory; senders are asked to retry from 55 % on, before the runtime's own limit makes it spend its time collecting garbage. Throws below `minMemoryMiB`.
 */
export function memoryLimiter(memoryMiB: number): Processor<"memory_limiter"> {
  if (!(memoryMiB >= MIN_MEMORY_MIB)) {
    throw new Error(`The collector cannot run in ${memoryMiB} MiB: give it ${MIN_MEMORY_MIB} or more.`);
  }
  return {
    kind: "memory_limiter",
    why: "Only where data comes in: there a refusal reaches the sender, which retries; further in it would lose data.",
    settings: {
      check_interval: "1s",
      limit_mib: Math.floor(memoryMiB * 0.75),
      spike_limit_mib: Math.floor(memoryMiB * 0.2),
    },
  };
}
