/** `npm start`: the whole system on this machine, from nothing to proven telemetry. */
import path from "node:path";
import { Interrupted, messageOf } from "../cli/failure.ts";
import { takeLock } from "../cli/lock.ts";
import { dockerPrefix, localFolder, shown } from "../cli/paths.ts";
import { interruption } from "../cli/process.ts";
import { Progress } from "../cli/progress.ts";
import { wantsColour } from "../cli/text.ts";
import { readOutputs } from "../verify/outputs.ts";
import { crashLoops } from "./deploy/crash-loop.ts";
import { forgetProof, rememberedProof, rememberProof } from "./deploy/state.ts";
import { describeDeployer } from "./deploy/tool.ts";
import { type StartOptions, startOptions } from "./options.ts";
import { beginAhead, proofOf } from "./proof.ts";
import { memoryInUse, memoryTable } from "./report/memory.ts";
import { howToGoOn, renderResult, type StartResult } from "./report/result.ts";
import { bringUp, engineFor, prepare, requireStackFile } from "./steps.ts";

/** A start that was killed just now may take this long to end what it has begun. */
const LOCK_PATIENCE_MS = 20_000;

/** Runs the command and gives its exit code. */
export async function main(argv: readonly string[]): Promise<number> {
  const options = startOptions(argv);
  requireStackFile(options.stack);
  const folder = localFolder(options.stack);
  const release = await takeLock(path.join(folder, "lock"), "npm start", LOCK_PATIENCE_MS);
  const progress = new Progress({
    stream: process.stderr,
    logFile: path.join(folder, "start.log"),
    total: options.verify ? 7 : 6,
  });
  // Options without their values, some of which are secrets.
  const given = argv.map((word) => word.split("=")[0]).filter((word) => word?.startsWith("--"));
  progress.log(`=== npm start ${new Date().toISOString()} ${given.join(" ")}`);
  try {
    return await start(options, progress);
  } catch (error) {
    if (interruption.aborted) throw new Interrupted(howToGoOn(options.stack, progress.position()));
    progress.log(messageOf(error));
    throw error;
  } finally {
    release();
  }
}

async function start(options: StartOptions, progress: Progress): Promise<number> {
  const { stack } = options;
  const at = await engineFor(options);
  const ahead = beginAhead(stack, options.verify, at);
  const prepared = await prepare(options, progress);
  const { deployer, settled } = prepared;
  const { plan } = settled.preview;
  const { outputs, file, changed } = await bringUp(prepared, options, progress, ahead.stop);

  const askable = Array.isArray(outputs.query) && outputs.query.length > 0;
  if (options.verify && !askable)
    progress.note("this backend only receives: there is no API here to prove the arrival with");
  const names = at.isRemote ? plan.containers.map(({ name }) => name) : [];
  const used = changed || at.isRemote ? memoryInUse(names) : ahead.memory;
  const earlier = changed ? undefined : rememberedProof(stack);
  if (changed) forgetProof(stack);
  const known = options.verify && askable ? await readOutputs(file) : undefined;
  const report =
    known &&
    (await progress.step(
      known.drive === undefined
        ? "Asking for front pages, proving what the services send"
        : "Using the app, proving its telemetry",
      async () => (changed ? undefined : await ahead.proof) ?? proofOf(stack, known, earlier, interruption, progress),
      ({ complete, seconds }) => `${complete ? "complete" : "INCOMPLETE"} after ${seconds} s`,
    ));
  if (report?.complete === true) rememberProof(stack, report);
  // the proof asks what arrives, and a service that never stays up may send some of it
  const loops = await crashLoops(stack);
  if (loops !== "") progress.note(loops);
  const result: StartResult = {
    stack,
    seconds: progress.elapsed() / 1000,
    deployer: describeDeployer(deployer),
    images: settled.source,
    links: outputs.links as Readonly<Record<string, string>>,
    published: outputs.published as Readonly<Record<string, string>>,
    memory: memoryTable(plan.containers, dockerPrefix(stack), await used),
    ...(report === undefined ? {} : { report }),
    log: shown(path.join(localFolder(stack), "start.log")),
    ...(at.isRemote && { engine: at.address }),
  };
  console.log(options.json ? JSON.stringify(result, undefined, 2) : renderResult(result, wantsColour(process.stdout)));
  return report === undefined || report.complete ? 0 : 1;
}
