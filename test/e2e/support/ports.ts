import { createServer } from "node:net";

/** What the stacks dev and other publish without an offset. */
const PUBLISHED = [3000, 3001, 3100, 7000, 8080, 8090, 9090, 9428, 13_133, 16_686];

/** Offsets keep every port below the range the kernel gives to outgoing connections. */
const OFFSETS = Array.from({ length: 40 }, (_, i) => 10_000 + i * 100);

/** Added to the offsets of a second stack that may start at the same time: no port of the one can be a port of the other then. */
export const BESIDE = 50;

/**
 * An offset under which all ports are free now. Each checkout begins its search elsewhere, so that two that start at once rarely
 * meet; two offsets can differ by just the distance of two ports, so being different is not enough.
 */
export async function freeOffset(fingerprint: string, shift: 0 | typeof BESIDE = 0): Promise<number> {
  const first = Number.parseInt(fingerprint.slice(4, 8), 16) % OFFSETS.length;
  for (const offset of [...OFFSETS.slice(first), ...OFFSETS.slice(0, first)]) {
    const free = await Promise.all(PUBLISHED.map((port) => isFree(port + offset + shift)));
    if (free.every(Boolean)) return offset + shift;
  }
  throw new Error(`No port offset between ${OFFSETS[0]} and ${OFFSETS.at(-1)} is free: stop other stacks first.`);
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once("error", () => resolve(false));
    server.listen(port, "127.0.0.1", () => server.close(() => resolve(true)));
  });
}
