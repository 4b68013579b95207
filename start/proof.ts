import type { StackEngine } from "../cli/engine.ts";
import { interruption, unlessInterrupted } from "../cli/process.ts";
import type { Progress } from "../cli/progress.ts";
import { leftAlone } from "../verify/aside.ts";
import { loadDrive } from "../verify/drive.ts";
import { askFrontPages, frontPages } from "../verify/front-pages.ts";
import { outputsFile, readOutputs, type StackOutputs } from "../verify/outputs.ts";
import { prove } from "../verify/prove.ts";
import type { VerifyReport } from "../verify/report-types.ts";
import { runVerify } from "../verify/run.ts";
import { rememberedDeployer, rememberedProof } from "./deploy/state.ts";
import { standsAsLeft } from "./deploy/unchanged.ts";
import { memoryInUse } from "./report/memory.ts";

/** How long telemetry may take to arrive. */
const PROOF_SECONDS = 90;

/** Proves the arrival of telemetry: of an application that is used meanwhile, or of services whose front pages are asked for. */
export async function proofOf(
  stack: string,
  outputs: StackOutputs,
  earlier: VerifyReport | undefined,
  signal: AbortSignal,
  progress?: Progress,
): Promise<VerifyReport> {
  const watch = {
    timeoutSeconds: PROOF_SECONDS,
    signal,
    onFound: (backend: string, { label }: { readonly label: string }) => progress?.doing(`${backend}: ${label}`),
  };
  const { query, system, drive } = outputs;
  const names = system.services.map(({ name }) => name);
  const reasons = drive === undefined ? await leftAlone(stack, names) : new Map<string, string>();
  const asking = new AbortController();
  const pages = drive === undefined ? frontPages(outputs) : [];
  void askFrontPages(pages, AbortSignal.any([asking.signal, signal]));
  const asked = pages.map(({ service }) => service);
  const work =
    drive === undefined
      ? runVerify({ ...watch, query, system, since: new Date(), leftAlone: reasons, asked }).finally(() =>
          asking.abort(),
        )
      : prove(outputs, await loadDrive(drive), {
          ...watch,
          ...(earlier && { earlier }),
          onStep: ({ did }) => progress?.doing(did),
        });
  return await unlessInterrupted(work);
}

/** What is begun while the program is still being recorded. It takes seconds, and is of use only when it turns out that nothing has changed. */
export interface Ahead {
  /** What `memoryInUse` says. */
  readonly memory: Promise<string>;
  /** The proof of what runs; undefined where that cannot be the system as it was, or it could not be proven. */
  readonly proof: Promise<VerifyReport | undefined>;
  /** Ends it: something has changed. */
  readonly stop: () => void;
}

/** @param verify whether there is to be a proof */
export function beginAhead(stack: string, verify: boolean, at: StackEngine): Ahead {
  const stopped = new AbortController();
  const signal = AbortSignal.any([stopped.signal, interruption]);
  const prove = async () => {
    const earlier = rememberedProof(stack);
    if (!verify || at.isRemote || earlier === undefined || rememberedDeployer(stack) !== "compose") return undefined;
    if (!(await standsAsLeft(stack))) return undefined;
    return proofOf(stack, await readOutputs(outputsFile(stack)), earlier, signal);
  };
  // Of a remote engine nothing is asked ahead: its ports are not forwarded yet, and its sessions are few.
  // What is wrong is said by the step whose work it is.
  return {
    memory: at.isRemote ? Promise.resolve("") : memoryInUse(),
    proof: prove().catch(() => undefined),
    stop: () => stopped.abort(),
  };
}
