import { tmpdir } from "node:os";
import { join } from "node:path";
import { checkoutId } from "../../cli/paths.ts";

/** What a test of this checkout calls what it makes on this machine, so that another checkout's can run beside it, and so that what is left is known as its own. */
export interface Names {
  readonly bridge: string;
  /** Of the network of an engine. */
  readonly namespace: (engine: number) => string;
  /** Of its end on this machine; Linux allows 15 characters. */
  readonly link: (engine: number) => string;
  /** Parent of the cgroups of its containers. */
  readonly cgroup: (engine: number) => string;
  /** Everything that engines write. */
  readonly folder: string;
  /** Third number of the addresses, where nobody else has it. */
  readonly third: number;
}

/** @param id hexadecimal digits, at least six; default: those of the checkout */
export function namesOf(id = checkoutId()): Names {
  const short = id.slice(0, 6);
  return {
    bridge: `swt${short}`,
    namespace: (engine) => `swt${short}-${engine}`,
    link: (engine) => `swv${short}-${engine}`,
    cgroup: (engine) => `swarm-test-${short}-${engine}`,
    folder: join(tmpdir(), `swarm-test-${short}`),
    third: Number.parseInt(id.slice(0, 2), 16),
  };
}

/** Numbers of the engines that a list of names is about, each once. Pure. */
export function enginesIn(text: string, nameOf: (engine: number) => string): readonly number[] {
  const start = nameOf(0).slice(0, -1);
  const found = text.split(/[\s:@/]+/).flatMap((word) => {
    const rest = word.startsWith(start) ? word.slice(start.length) : "";
    return /^\d+$/.test(rest) ? [Number(rest)] : [];
  });
  return [...new Set(found)].sort((a, b) => a - b);
}
