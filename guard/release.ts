/** `npm run release`: deploys, judges, keeps what is good and takes back what is bad. */
import path from "node:path";
import { Interrupted, messageOf } from "../cli/failure.ts";
import { takeLock } from "../cli/lock.ts";
import { localFolder, shown } from "../cli/paths.ts";
import { interruption } from "../cli/process.ts";
import { Progress } from "../cli/progress.ts";
import { wantsColour } from "../cli/text.ts";
import { forgetProof, rememberProof } from "../start/deploy/state.ts";
import { prepare, requireStackFile } from "../start/steps.ts";
import { goBack, rolledBack } from "./back.ts";
import { consequenceOf, type Decision } from "./consequence.ts";
import { deployWatched, type Ground, type Judged, judged, logLastLines } from "./deploy.ts";
import { guardSettings, observedBefore } from "./ground.ts";
import { heldAgainst, isSame } from "./held-against.ts";
import { markReleases, type ReleaseMark } from "./marker.ts";
import { type ReleaseOptions, releaseOptions } from "./options.ts";
import { deployableNow, imageIds, type Planned, planned } from "./planned.ts";
import { keepGoodProgram } from "./program.ts";
import { type Outcome, type ReleaseResult, renderRelease } from "./report.ts";
import { judgeRunning } from "./running.ts";
import { begunRelease, forgetBegun, goodRelease, rememberBegun, rememberGood } from "./store.ts";
import { findingsOf, type Watched } from "./watch.ts";

/** A release that was killed just now may take this long to end what it has begun. */
const LOCK_PATIENCE_MS = 20_000;

/** Runs the command and gives its exit code. */
export async function main(argv: readonly string[]): Promise<number> {
  const options = releaseOptions(argv);
  requireStackFile(options.stack);
  const folder = localFolder(options.stack);
  const free = await takeLock(path.join(folder, "lock"), "npm run release", LOCK_PATIENCE_MS);
  const progress = new Progress({ stream: process.stderr, logFile: path.join(folder, "start.log"), total: 8 });
  progress.log(`=== npm run release ${new Date().toISOString()}`);
  try {
    const work = options.rollback ? goBack : options.judge ? judgeRunning : release;
    const result = await work(options, progress);
    const style = { colours: wantsColour(process.stdout) };
    console.log(options.json ? JSON.stringify(result, undefined, 2) : renderRelease(result, style));
    return { good: 0, bad: 1, undecided: 3 }[result.decision];
  } catch (error) {
    if (interruption.aborted) throw new Interrupted(interruptedAt(options.stack, progress.position()));
    progress.log(messageOf(error));
    throw error;
  } finally {
    free();
  }
}

function interruptedAt(stack: string, position: string): string {
  const option = stack === "dev" ? "" : ` --stack ${stack}`;
  const unjudged = begunRelease(stack);
  return unjudged === undefined
    ? `Interrupted at ${position}: nothing was changed.`
    : `Interrupted at ${position}: release ${unjudged.id} is not judged, and what exists of it stays. "npm run release${option === "" ? "" : ` --${option}`}" judges anew, "npm run release --${option} --rollback" returns to the last good release.`;
}

async function release(options: ReleaseOptions, progress: Progress): Promise<ReleaseResult> {
  const { stack } = options;
  const configured = guardSettings(options);
  const unjudged = begunRelease(stack);
  if (unjudged !== undefined) {
    progress.note(`release ${unjudged.id}, begun ${unjudged.at}, was never judged: it was interrupted`);
  }
  const prepared = await prepare({ ...options, swarm: true }, progress);
  const settings = { ...configured, remote: prepared.at.isRemote };
  const good = goodRelease(stack);
  const seen = await progress.step(
    "Before the release",
    () => observedBefore(stack, settings),
    (before) => (before === undefined ? "nothing runs" : `${before.containers.length} containers`),
  );
  const ground: Ground = { prepared, good, settings, before: heldAgainst(good, seen) };
  if (good !== undefined && seen !== undefined && !isSame(good.observation, seen)) {
    progress.note(`what runs is not the last good release ${good.id}: its numbers are taken instead`);
  }

  const begun = Date.now();
  const plan = await planned(stack, prepared, options);
  rememberBegun(stack, { id: plan.id, at: new Date(begun).toISOString() });
  forgetProof(stack);
  const deployed = await deployWatched(options, ground, seen?.containers ?? [], progress);
  const { watched, outputs } = await judged(options, ground, deployed, seen, begun, progress);
  const { judgement } = watched;
  const decidedAfter = (Date.now() - begun) / 1000;
  const why = judgement.findings[0]?.says ?? judgement.silent[0] ?? "";
  const marks: ReleaseMark[] = [markOf(stack, plan.id, judgement.decision, decidedAfter, why)];
  const consequence = consequenceOf(judgement.decision, settings.undecided, good, plan.id);
  let outcome: Outcome;
  switch (consequence.kind) {
    case "keep":
      await keep(stack, ground, plan, watched, outputs);
      outcome = { kind: "kept" };
      break;
    case "leave":
      outcome = { kind: "left", why: consequence.why };
      break;
    case "take-back":
      await logLastLines(stack, settings.deployment, seen?.containers ?? [], progress);
      outcome = await rolledBack(stack, prepared.deployer, settings, consequence.to, marks, why);
      break;
    default:
      return consequence satisfies never;
  }
  forgetBegun(stack);
  const unmarked = await markReleases(stack, marks, settings.deployment);
  return {
    stack,
    id: plan.id,
    commit: plan.commit,
    decision: judgement.decision === "open" ? "undecided" : judgement.decision,
    decidedAfter,
    findings: findingsOf(watched),
    silent: judgement.silent,
    unjudged: watched.observation.unjudged,
    outcome,
    ...(unmarked !== undefined && { unmarked }),
    links: linksIn(outputs),
    log: shown(path.join(localFolder(stack), "start.log")),
  };
}

function markOf(stack: string, id: string, decision: Decision, after: number, why: string): ReleaseMark {
  const isGood = decision === "good";
  return {
    id,
    status: isGood ? "succeeded" : "failed",
    says: isGood
      ? `Release ${id} on ${stack} is good (${Math.round(after)} s)`
      : `Release ${id} on ${stack} is ${decision}: ${why}`,
    at: new Date(),
  };
}

/** Stores all that is needed to return to what runs now. */
async function keep(
  stack: string,
  { prepared, settings: { deployment } }: Ground,
  plan: Planned,
  { observation, report }: Watched,
  outputs: Judged["outputs"],
): Promise<void> {
  const { id, commit, program } = plan;
  const deployer = prepared.deployer.kind;
  const images = await imageIds(prepared);
  const stored = { id, at: new Date().toISOString(), deployer, deployment, commit, images, observation };
  rememberGood(stack, stored, deployableNow(stack, plan, prepared, outputs));
  if (program !== undefined) await keepGoodProgram(stack, program);
  if (report.complete) rememberProof(stack, report);
}

const linksIn = (outputs: Readonly<Record<string, unknown>>): ReleaseResult["links"] =>
  (outputs.links ?? {}) as ReleaseResult["links"];
