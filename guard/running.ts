import path from "node:path";
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

/** `--judge`: nothing is deployed, nothing is taken back and nothing is remembered, however it was deployed. */
export async function judgeRunning(options: ReleaseOptions, progress: Progress): Promise<ReleaseResult> {
  const { stack } = options;
  const settings = guardSettings(options);
  const { watch, within } = settings;
  const outputs = asReached(await stackOutputs(stack), settings.remote);
  const watched = await progress.step(
    "Judging what runs",
    async () =>
      watchRelease({
        ...(await askedOf(stack, outputs, settings)),
        watch,
        atMost: within,
        before: heldAgainst(goodRelease(stack), undefined),
        rules: { ...(await rulesOf(stack, undefined)), collectorChanged: true },
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
    decision: decision === "open" ? "undecided" : decision,
    decidedAfter: watched.observation.seconds,
    findings: findingsOf(watched),
    links: {},
    log: shown(path.join(localFolder(stack), "start.log")),
  };
}
