import path from "node:path";
import { useEngine } from "../cli/engine.ts";
import { forwardPorts, loopbackPorts } from "../cli/forward.ts";
import { localFolder, shown } from "../cli/paths.ts";
import type { Progress } from "../cli/progress.ts";
import { stackOutputs } from "../verify/outputs.ts";
import { askedOf, asReached, guardSettings, rulesOf } from "./ground.ts";
import { heldAgainst } from "./held-against.ts";
import type { ReleaseOptions } from "./options.ts";
import { commitOfCheckout } from "./program.ts";
import type { ReleaseResult } from "./report.ts";
import { goodRelease } from "./store.ts";
import { findingsOf, watchRelease } from "./watch.ts";

/** The engine that a person named for this run. */
export const addressIn = ({ settings }: Pick<ReleaseOptions, "settings">): string | undefined =>
  settings.find(({ path: key }) => key === "dockerHost")?.value;

/** `--judge`: nothing is deployed, nothing is taken back and nothing is remembered, however it was deployed. */
export async function judgeRunning(options: ReleaseOptions, progress: Progress): Promise<ReleaseResult> {
  const { stack } = options;
  const settings = guardSettings(options);
  const { watch, within } = settings;
  const engine = await useEngine(stack, addressIn(options));
  const known = await stackOutputs(stack);
  if (engine.isRemote) await forwardPorts(stack, loopbackPorts(known.query));
  const outputs = asReached(known, engine.isRemote);
  const watched = await progress.step(
    "Judging what runs",
    async () =>
      watchRelease({
        ...(await askedOf(stack, outputs, settings)),
        watch,
        atMost: within,
        before: heldAgainst(goodRelease(stack), undefined),
        rules: { ...(await rulesOf(stack, undefined, settings)), collectorChanged: true },
        onLook: (doing) => progress.doing(doing),
      }),
    ({ judgement }) => judgement.decision,
  );
  const { decision, silent } = watched.judgement;
  return {
    stack,
    id: "running",
    commit: await commitOfCheckout(),
    outcome: { kind: "judged" },
    silent,
    unjudged: watched.observation.unjudged,
    decision: decision === "open" ? "undecided" : decision,
    decidedAfter: watched.observation.seconds,
    findings: findingsOf(watched),
    links: {},
    log: shown(path.join(localFolder(stack), "start.log")),
  };
}
