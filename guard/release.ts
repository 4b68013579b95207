/** `npm run release`: deploys, judges, keeps what is good and takes back what is bad. */
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { Failure, Interrupted, messageOf } from "../cli/failure.ts";
import { takeLock } from "../cli/lock.ts";
import { localFolder, ROOT, shown } from "../cli/paths.ts";
import { interruption, run } from "../cli/process.ts";
import { Progress } from "../cli/progress.ts";
import { wantsColour } from "../cli/text.ts";
import { parseSettings } from "../config/parse.ts";
import { settingsOf } from "../config/settings.ts";
import { BURN_WINDOWS } from "../dashboards/model/objective.ts";
import { loadStackConfig } from "../offline/stack-config.ts";
import { contentOfOutputs } from "../offline/stack-content.ts";
import { forgetProof, rememberProof } from "../start/deploy/state.ts";
import { bringUp, type Deployed, type Prepared, prepare, requireStackFile } from "../start/steps.ts";
import { type Drive, loadDrive } from "../verify/drive.ts";
import { outputsFile, readOutputs, type StackOutputs } from "../verify/outputs.ts";
import type { Rules } from "./findings.ts";
import { heldAgainst, isSame } from "./held-against.ts";
import { judge } from "./judge.ts";
import { crashing, lookAtContainers } from "./look/containers.ts";
import { markReleases, type ReleaseMark } from "./marker.ts";
import { NOTHING, type Observation } from "./observation.ts";
import { type ReleaseOptions, releaseOptions } from "./options.ts";
import { deployableNow, imageIds, planned } from "./planned.ts";
import { type Outcome, type ReleaseResult, renderRelease } from "./report.ts";
import { rollBack } from "./rollback.ts";
import {
  begunRelease,
  forgetBegun,
  type GoodRelease,
  goodRelease,
  rememberBegun,
  rememberGood,
  restoredGood,
} from "./store.ts";
import { lookBefore, type Watched, watchRelease } from "./watch.ts";

/** A release that was killed just now may take this long to end what it has begun. */
const LOCK_PATIENCE_MS = 20_000;
/** How long light traffic is made before a release, for the numbers that it is held against. */
const BEFORE_SECONDS = 8;
/** After a rollback: less is needed to see that what was good works again. */
const AGAIN = { watch: 8, atMost: 90 };

/** Runs the command and gives its exit code. */
export async function main(argv: readonly string[]): Promise<number> {
  const options = releaseOptions(argv);
  requireStackFile(options.stack);
  const folder = localFolder(options.stack);
  const free = await takeLock(path.join(folder, "lock"), "npm run release", LOCK_PATIENCE_MS);
  const progress = new Progress({ stream: process.stderr, logFile: path.join(folder, "start.log"), total: 8 });
  progress.log(`=== npm run release ${new Date().toISOString()}`);
  try {
    const result = await (options.rollback ? goBack(options, progress) : release(options, progress));
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

/** What a release is judged with. */
interface Ground {
  readonly prepared: Prepared;
  readonly good: GoodRelease | undefined;
  /** What runs before it, or what the last good release was seen to do. */
  readonly before: Observation;
  readonly settings: GuardSettings;
}

type GuardSettings = ReturnType<typeof guardSettings>;

function guardSettings({ stack, settings, within }: ReleaseOptions) {
  const { plain, problems } = parseSettings(settingsOf(loadStackConfig({ projectDir: ROOT, stack, set: settings })));
  if (problems.length > 0) throw new Failure(problems.join("\n"));
  return { ...plain.guard, within: within ?? plain.guard.within };
}

async function release(options: ReleaseOptions, progress: Progress): Promise<ReleaseResult> {
  const { stack } = options;
  const settings = guardSettings(options);
  const unjudged = begunRelease(stack);
  if (unjudged !== undefined) {
    progress.note(`release ${unjudged.id}, begun ${unjudged.at}, was never judged: it was interrupted`);
  }
  const prepared = await prepare(options, progress);
  const good = goodRelease(stack);
  const seen = await progress.step(
    "Before the release",
    () => observedBefore(stack, settings),
    (before) => (before === undefined ? "nothing runs" : `${before.containers.length} containers`),
  );
  const ground = { prepared, good, settings, before: heldAgainst(good, seen) };
  if (good !== undefined && seen !== undefined && !isSame(good.observation, seen)) {
    progress.note(`what runs is not the last good release ${good.id}: its numbers are taken instead`);
  }

  const begun = Date.now();
  const plan = await planned(stack, prepared, options);
  rememberBegun(stack, { id: plan.id, at: new Date(begun).toISOString() });
  forgetProof(stack);
  const deployed = await deploy(options, ground, seen?.containers ?? [], progress);
  const { watched, outputs } = await judged(options, ground, deployed, seen, begun, progress);
  const { judgement } = watched;
  const decidedAfter = (Date.now() - begun) / 1000;
  const isGood = judgement.decision === "good";
  const takesBack =
    judgement.decision === "bad" || (judgement.decision === "undecided" && settings.undecided === "rollback");
  const why = judgement.findings[0]?.says ?? judgement.silent[0] ?? "";
  const marks: ReleaseMark[] = [
    {
      id: plan.id,
      status: isGood ? "succeeded" : "failed",
      says: isGood
        ? `Release ${plan.id} on ${stack} is good (${Math.round(decidedAfter)} s)`
        : `Release ${plan.id} on ${stack} is ${judgement.decision}: ${why}`,
      at: new Date(),
    },
  ];
  let outcome: Outcome;
  if (isGood) {
    const commit = plan.commit;
    const images = await imageIds(prepared);
    const stored = { id: plan.id, at: new Date().toISOString(), deployer: prepared.deployer.kind, commit, images };
    const { observation, report } = watched;
    rememberGood(stack, { ...stored, observation }, deployableNow(stack, plan, prepared, outputs));
    if (report.complete) rememberProof(stack, report);
    outcome = { kind: "kept" };
  } else if (!takesBack) {
    outcome = { kind: "left", why: "guard.undecided is keep. Run the same again once its backend answers." };
  } else if (good === undefined) {
    outcome = {
      kind: "left",
      why: "there is no good release to return to; the first that is judged good will be one.",
    };
  } else if (good.id === plan.id) {
    outcome = { kind: "left", why: "it is the last good release itself, so what went wrong is not of its making." };
  } else {
    await logLastLines(stack, seen?.containers ?? [], progress);
    outcome = await rolledBack(options, ground, good, marks, why);
  }
  forgetBegun(stack);
  const unmarked = await markReleases(stack, marks);
  return {
    ...{
      stack,
      id: plan.id,
      commit: plan.commit,
      decision: judgement.decision === "open" ? "undecided" : judgement.decision,
    },
    ...{ decidedAfter, findings: told(watched), silent: judgement.silent, outcome },
    ...(unmarked !== undefined && { unmarked }),
    links: linksIn(outputs),
    log: shown(path.join(localFolder(stack), "start.log")),
  };
}

const told = ({ judgement, since }: Pick<Watched, "judgement" | "since">): ReleaseResult["findings"] =>
  judgement.findings.map(({ id, says }) => ({ id, says, since: since.get(id) ?? new Date().toISOString() }));

const linksIn = (outputs: Readonly<Record<string, unknown>>): ReleaseResult["links"] =>
  (outputs.links ?? {}) as ReleaseResult["links"];

/** Numbers of what runs; undefined where nothing does. */
async function observedBefore(stack: string, settings: GuardSettings): Promise<Observation | undefined> {
  if ((await lookAtContainers(stack)).length === 0) return undefined;
  const outputs = await readOutputs(path.join(ROOT, outputsFile(stack))).catch(() => undefined);
  if (outputs === undefined) return undefined;
  return lookBefore({ stack, outputs, drive: await driveOf(outputs), ...settings }, BEFORE_SECONDS);
}

const driveOf = async ({ drive }: StackOutputs): Promise<Drive | undefined> =>
  drive === undefined ? undefined : loadDrive(drive);

/** Before containers of a bad release are removed, the log gets their last words. */
async function logLastLines(stack: string, before: Observation["containers"], progress: Progress): Promise<void> {
  const known = new Set(before.map(({ id }) => id));
  for (const { name, id } of (await lookAtContainers(stack)).filter((look) => !known.has(look.id))) {
    const { stdout, stderr } = await run("docker", ["logs", "--tail", "40", id], { timeoutMs: 20_000 });
    progress.log(`--- last lines of ${name} ---\n${stdout}${stderr}`);
  }
}

/** Deploys until everything is healthy, something crashes again and again, or its share of the time is up. */
async function deploy(
  options: ReleaseOptions,
  { prepared, settings }: Ground,
  before: Observation["containers"],
  progress: Progress,
): Promise<Deployed | Failure> {
  const ended = new AbortController();
  const crashed = new AbortController();
  const watching = (async () => {
    while (!ended.signal.aborted && !interruption.aborted) {
      if (crashing(await lookAtContainers(options.stack).catch(() => []), before)) crashed.abort();
      await sleep(1000, undefined, { signal: ended.signal }).catch(() => undefined);
    }
  })();
  const waitSeconds = Math.max(20, Math.round(settings.within * 0.6));
  try {
    return await bringUp(prepared, options, progress, () => undefined, { waitSeconds, signal: crashed.signal });
  } catch (error) {
    if (interruption.aborted || !(error instanceof Failure)) throw error;
    return error;
  } finally {
    ended.abort();
    await watching;
  }
}

interface Judged {
  readonly watched: Watched;
  readonly outputs: Readonly<Record<string, unknown>>;
}

/** What is to be thought of what was deployed. */
async function judged(
  { stack }: ReleaseOptions,
  { settings, before }: Ground,
  deployed: Deployed | Failure,
  seen: Observation | undefined,
  begun: number,
  progress: Progress,
): Promise<Judged> {
  if (deployed instanceof Failure) {
    // how to mend it is no longer true once it is rolled back
    const deployFailure = deployed.message.replace(/; see why with .*$/s, ".");
    const observation = { ...NOTHING, containers: await lookAtContainers(stack), deployFailure };
    const judgement = judge(observation, before, RULES_OF_NONE, { watch: 0, over: true });
    const report = { since: "", seconds: 0, complete: false, backends: [] };
    return { watched: { judgement, observation, report, since: new Map() }, outputs: {} };
  }
  const outputs = await readOutputs(deployed.file);
  const used = (Date.now() - begun) / 1000;
  const { watch, within, requests, canaries } = settings;
  const watched = await progress.step(
    "Judging",
    async () =>
      watchRelease({
        ...{ stack, outputs, requests, canaries, before, watch },
        drive: await driveOf(outputs),
        rules: await rulesOf(stack, seen),
        atMost: Math.max(watch + 5, within - used),
        onLook: (doing) => progress.doing(doing),
      }),
    ({ judgement }) => judgement.decision,
  );
  return { watched, outputs: deployed.outputs };
}

const RULES_OF_NONE: Rules = { targets: {}, burn: BURN_WINDOWS[0]?.factor ?? 14.4, collectorChanged: true };

/** What the objectives of this stack promise, and whether its collector is another one than before. */
async function rulesOf(stack: string, seen: Observation | undefined): Promise<Rules> {
  const content = await contentOfOutputs(path.join(ROOT, outputsFile(stack)));
  const promised = (content?.objectives ?? []).filter(({ id }) => /-(availability|success)$/.test(id));
  const collectorOf = (look: Observation["containers"]) => look.find(({ name }) => name === "collector")?.id;
  return {
    ...RULES_OF_NONE,
    targets: Object.fromEntries(promised.map(({ service, target }) => [service, target])),
    collectorChanged: collectorOf(await lookAtContainers(stack)) !== collectorOf(seen?.containers ?? []),
  };
}

/** Returns to the last good release, and proves that it works again. Adds its mark. */
async function rolledBack(
  { stack }: ReleaseOptions,
  { prepared, settings }: Pick<Ground, "prepared" | "settings">,
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
      () => rollBack(stack, good, prepared.deployer, progress),
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
  const outputs = await readOutputs(path.join(ROOT, outputsFile(stack)));
  const { requests, canaries } = settings;
  const before = { ...good.observation, containers: [], canaries: [] };
  const { judgement, observation, report } = await progress.step(
    "Proving that it works again",
    async () =>
      watchRelease({
        ...{ stack, outputs, requests, canaries, before, ...AGAIN },
        drive: await driveOf(outputs),
        rules: await rulesOf(stack, undefined),
        onLook: (doing) => progress.doing(doing),
      }),
    (again) => again.judgement.decision,
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

/** `--rollback`: nothing is deployed but the last good release. */
async function goBack(options: ReleaseOptions, progress: Progress): Promise<ReleaseResult> {
  const { stack } = options;
  const good = goodRelease(stack);
  if (good === undefined)
    throw new Failure(`Stack ${stack} has no good release to return to: none was judged good yet.`);
  const settings = guardSettings(options);
  const prepared = await prepare(options, progress);
  const marks: ReleaseMark[] = [];
  const outcome = await rolledBack(options, { prepared, settings }, good, marks, "a person asked for it");
  forgetBegun(stack);
  const unmarked = await markReleases(stack, marks);
  const works = outcome.kind === "rolled-back" && outcome.works;
  return {
    ...{
      stack,
      id: good.id,
      commit: good.commit,
      decision: works ? "good" : "bad",
      decidedAfter: progress.elapsed() / 1000,
    },
    ...{ findings: [], silent: [], outcome },
    ...(unmarked !== undefined && { unmarked }),
    links: {},
    log: shown(path.join(localFolder(stack), "start.log")),
  };
}
