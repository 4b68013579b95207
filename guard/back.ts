import path from "node:path";
import { useEngine } from "../cli/engine.ts";
import { Failure, messageOf } from "../cli/failure.ts";
import { localFolder, shown } from "../cli/paths.ts";
import { interruption } from "../cli/process.ts";
import { Progress } from "../cli/progress.ts";
import { rememberProof } from "../start/deploy/state.ts";
import { chooseDeployer, type Deployer } from "../start/deploy/tool.ts";
import { ensureEngine } from "../start/engine/engine.ts";
import { askedOf, type GuardSettings, guardSettings, rulesOf, storedOutputs } from "./ground.ts";
import { lookAtRunning, UNSEEN } from "./look/running.ts";
import { markReleases, type ReleaseMark } from "./marker.ts";
import type { UpdateLook } from "./observation.ts";
import type { ReleaseOptions } from "./options.ts";
import type { Outcome, ReleaseResult } from "./report.ts";
import { rollBack } from "./rollback.ts";
import { addressIn } from "./running.ts";
import { forgetBegun, type GoodRelease, goodRelease, restoredGood } from "./store.ts";
import { type Watched, watchRelease } from "./watch.ts";

type AgainSettings = Pick<GuardSettings, "requests" | "canaries" | "remote" | "deployment" | "loss">;

/** After a rollback: less is needed to see that what was good works again. */
const AGAIN = { watch: 8, atMost: 90 };

/** Returns to the last good release, and proves that it works again. Adds its mark. */
export async function rolledBack(
  stack: string,
  deployer: Deployer,
  settings: AgainSettings,
  good: GoodRelease,
  marks: ReleaseMark[],
  why: string,
): Promise<Outcome> {
  const logFile = path.join(localFolder(stack), "start.log");
  const progress = new Progress({ stream: process.stderr, logFile, total: 2 });
  progress.note(why);
  const begun = Date.now();
  try {
    await progress.step(
      `Rolling back to release ${good.id}`,
      () => rollBack(stack, good, deployer, settings.remote, progress),
      () => "containers are up and healthy",
    );
  } catch (error) {
    if (interruption.aborted) throw error;
    const sentence = messageOf(error);
    marks.push({
      id: good.id,
      status: "failed",
      says: `No rollback to ${good.id} on ${stack}: ${sentence}`,
      at: new Date(),
    });
    return { kind: "not-rolled-back", to: good.id, why: sentence };
  }
  const took = (Date.now() - begun) / 1000;
  const { judgement, observation, report } = await progress.step(
    "Proving that it works again",
    () => watchedAgain(stack, settings, good, progress),
    ({ judgement: proof }) => proof.decision,
  );
  const works = judgement.decision === "good";
  if (works) {
    restoredGood(stack, good, observation);
    if (report.complete) rememberProof(stack, report);
  }
  marks.push({
    id: good.id,
    status: works ? "succeeded" : "failed",
    says: `Rolled back to release ${good.id} on ${stack}: ${why}`,
    at: new Date(),
  });
  const wrong = [...judgement.findings.map(({ says }) => says), ...judgement.silent];
  return { kind: "rolled-back", to: good.id, toAt: good.at, seconds: took, works, wrong };
}

/** Looks at what was good and runs again, until that can be judged. */
async function watchedAgain(
  stack: string,
  settings: AgainSettings,
  good: GoodRelease,
  progress: Progress,
): Promise<Watched> {
  const again = { ...settings, deployment: good.deployment ?? "containers" };
  const outputs = await storedOutputs(stack, settings);
  // what Swarm took back by itself before the rollback came is what was good
  const updates = (await lookAtRunning(stack, again.deployment).catch(() => UNSEEN)).updates.filter(isTakenBack);
  return watchRelease({
    ...(await askedOf(stack, outputs, again)),
    ...AGAIN,
    before: { ...good.observation, containers: [], canaries: [], updates },
    // a collector that has just begun anew has no books yet
    ledger: false,
    // the windows of rules reach back to what the bad release did
    alerts: false,
    rules: await rulesOf(stack, undefined, again),
    onLook: (doing) => progress.doing(doing),
  });
}

/** Or is about to be: what runs then is what was good. */
const isTakenBack = ({ state }: UpdateLook): boolean => state === "rollback_started" || state === "rollback_completed";

/** `--rollback`: nothing is deployed but the last good release, whatever the checkout says by now. */
export async function goBack(options: ReleaseOptions, progress: Progress): Promise<ReleaseResult> {
  const { stack } = options;
  const good = goodRelease(stack);
  if (good === undefined)
    throw new Failure(`Stack ${stack} has no good release to return to: none was judged good yet.`);
  const { isRemote } = await useEngine(stack, addressIn(options));
  await ensureEngine(progress);
  const fallback = good.deployment === "swarm" ? "stack" : "compose";
  const deployer = await chooseDeployer(good.deployer, good.deployer, [], progress, fallback);
  const marks: ReleaseMark[] = [];
  const settings = { ...settingsOrNone(options), remote: isRemote };
  const outcome = await rolledBack(stack, deployer, settings, good, marks, "a person asked for it");
  forgetBegun(stack);
  const unmarked = await markReleases(stack, marks, good.deployment ?? "containers");
  return {
    stack,
    id: good.id,
    commit: good.commit,
    decidedAfter: progress.elapsed() / 1000,
    decision: outcome.kind === "rolled-back" && outcome.works ? "good" : "bad",
    findings: [],
    silent: [],
    unjudged: [],
    outcome,
    ...(unmarked !== undefined && { unmarked }),
    links: {},
    log: shown(path.join(localFolder(stack), "start.log")),
  };
}

/** The way back must not depend on what is wrong in the checkout. */
function settingsOrNone(options: ReleaseOptions): Omit<AgainSettings, "remote"> {
  try {
    return guardSettings(options);
  } catch {
    return { requests: [], canaries: [], deployment: "containers", loss: 1 };
  }
}
