import type { Plan, Probe, Trouble } from "./probe.ts";
import type { Send } from "./send.ts";
import { judge, keyRefused } from "./verdict.ts";

export interface Result {
  readonly probe: Probe;
  /** Undefined: all is well. */
  readonly trouble: Trouble | undefined;
}

/** Asks everything in the plan, in its order. Other regions are asked only about a key that is refused here. */
export async function runPlan({ probes }: Plan, send: Send): Promise<readonly Result[]> {
  return Promise.all(probes.map((probe) => tryOne(probe, send)));
}

async function tryOne(probe: Probe, send: Send): Promise<Result> {
  const reply = await send(probe.request);
  if (!keyRefused(probe, reply)) return { probe, trouble: judge(probe, reply) };
  for (const elsewhere of probe.elsewhere ?? []) {
    const there = await send(elsewhere.request);
    if ("status" in there && there.status >= 200 && there.status < 300)
      return { probe, trouble: judge(probe, reply, elsewhere) };
  }
  return { probe, trouble: judge(probe, reply) };
}
