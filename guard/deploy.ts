import { setTimeout as sleep } from "node:timers/promises";
import { Failure } from "../cli/failure.ts";
import { interruption, run } from "../cli/process.ts";
import type { Progress } from "../cli/progress.ts";
import { bringUp, type Deployed, type Prepared } from "../start/steps.ts";
import { askedOf, type GuardSettings, rulesOf, storedOutputs, WITHOUT_OBJECTIVES } from "./ground.ts";
import { judge } from "./judge.ts";
import { crashing } from "./look/containers.ts";
import { type Deployment, logsOf, lookAtRunning, UNSEEN } from "./look/running.ts";
import { NOTHING, type Observation } from "./observation.ts";
import type { ReleaseOptions } from "./options.ts";
import type { GoodRelease } from "./store.ts";
import { type Watched, watchRelease } from "./watch.ts";

/** What a release is judged with. */
export interface Ground {
  readonly prepared: Prepared;
  readonly good: GoodRelease | undefined;
  /** What runs before it, or what the last good release was seen to do. */
  readonly before: Observation;
  readonly settings: GuardSettings;
}

/** Before containers of a bad release are removed, the log gets their last words. */
export async function logLastLines(
  stack: string,
  deployment: Deployment,
  before: Observation["containers"],
  progress: Progress,
): Promise<void> {
  const known = new Set(before.map(({ id }) => id));
  const { containers } = await lookAtRunning(stack, deployment).catch(() => UNSEEN);
  for (const look of containers.filter(({ id }) => !known.has(id))) {
    for (const args of logsOf(stack, deployment, look)) {
      const { code, stdout, stderr } = await run("docker", [...args, "--tail", "40"], { timeoutMs: 20_000 });
      if (code === 0) progress.log(`--- last lines of ${look.name} ---\n${stdout}${stderr}`);
    }
  }
}

/** Deploys until everything is healthy, something crashes again and again, or its share of the time is up. */
export async function deployWatched(
  options: ReleaseOptions,
  { prepared, settings, good }: Pick<Ground, "prepared" | "settings" | "good">,
  before: Observation["containers"],
  progress: Progress,
): Promise<Deployed | Failure> {
  const ended = new AbortController();
  const crashed = new AbortController();
  const watching = (async () => {
    while (!ended.signal.aborted && !interruption.aborted) {
      const running = await lookAtRunning(options.stack, settings.deployment).catch(() => UNSEEN);
      if (crashing(running.containers, before)) crashed.abort();
      await sleep(1000, undefined, { signal: ended.signal }).catch(() => undefined);
    }
  })();
  // the first may take as long as npm start: there is nothing to return to
  const limit = good === undefined ? 0 : Math.max(20, settings.within - settings.watch);
  const late = limit === 0 ? undefined : setTimeout(() => crashed.abort(), limit * 1000);
  try {
    const wait = limit === 0 ? {} : { waitSeconds: Math.ceil(limit) };
    return await bringUp(prepared, options, progress, () => undefined, { ...wait, signal: crashed.signal });
  } catch (error) {
    if (interruption.aborted || !(error instanceof Failure)) throw error;
    return error;
  } finally {
    clearTimeout(late);
    ended.abort();
    await watching;
  }
}

/** What was seen, and the outputs of what was deployed; none where the deployment failed. */
export interface Judged {
  readonly watched: Watched;
  readonly outputs: Readonly<Record<string, unknown>>;
}

/** What is to be thought of what was deployed. */
export async function judged(
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
    const observation = {
      ...NOTHING,
      ...(await lookAtRunning(stack, settings.deployment).catch(() => UNSEEN)),
      deployFailure,
    };
    const judgement = judge(observation, before, WITHOUT_OBJECTIVES, { watch: 0, over: true });
    const report = { since: "", seconds: 0, complete: false, backends: [] };
    // a rollback comes before the report: what was seen has its time from now
    const now = new Date().toISOString();
    const since = new Map(judgement.findings.map(({ id }) => [id, now]));
    return { watched: { judgement, observation, report, since }, outputs: {} };
  }
  const outputs = await storedOutputs(stack, settings);
  const used = (Date.now() - begun) / 1000;
  const { watch, within } = settings;
  const watched = await progress.step(
    "Judging",
    async () =>
      watchRelease({
        ...(await askedOf(stack, outputs, settings)),
        before,
        watch,
        rules: await rulesOf(stack, seen, settings),
        atMost: Math.max(watch + 5, within - used),
        onLook: (doing) => progress.doing(doing),
      }),
    ({ judgement }) => judgement.decision,
  );
  return { watched, outputs: deployed.outputs };
}
