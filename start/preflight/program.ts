import { Failure } from "../../cli/failure.ts";
import { PROJECT, ROOT } from "../../cli/paths.ts";
import { unlessInterrupted } from "../../cli/process.ts";
import type { ImageSource } from "../../images/catalogue.ts";
import type { ConfigSetting } from "../../offline/config-setting.ts";
import { recordProgram } from "../../offline/engine.ts";
import { unwrap } from "../../offline/secrets.ts";
import { sentenceOf } from "../../offline/sentence.ts";
import { loadStackConfig } from "../../offline/stack-config.ts";
import { type Plan, planOf } from "./plan.ts";

/** The program as it would be deployed, known before anything is touched. */
export interface Preview {
  readonly plan: Plan;
  /** Stack outputs; plain values. */
  readonly outputs: Readonly<Record<string, unknown>>;
  readonly warnings: readonly string[];
  /** Config value that is added to every published port. */
  readonly portOffset: number;
}

/** Three seconds on an idle machine; a busy one has needed a minute. */
const PROGRAM_TIMEOUT_MS = 180_000;

/** Runs the program on the recording engine. Throws a Failure with the program's own sentence when its configuration is wrong. */
export async function previewProgram(
  stack: string,
  settings: readonly ConfigSetting[],
  images: ImageSource,
): Promise<Preview> {
  const set = [...settings, { path: "images", value: images, secret: false }];
  const { config, secretKeys } = loadStackConfig({ projectDir: ROOT, stack, set });
  const run = { projectDir: ROOT, stack, config, secretKeys, preview: true, timeoutMs: PROGRAM_TIMEOUT_MS };
  const recording = await unlessInterrupted(recordProgram(run));
  const errors = recording.diagnostics.filter((d) => d.severity === "error").map((d) => sentenceOf(d.message));
  if (errors.length > 0) throw new Failure(errors.join("\n"));
  if (recording.exitCode !== 0)
    throw new Failure(`The Pulumi program ended with exit code ${recording.exitCode} and gave no reason.`);
  return {
    plan: planOf(recording),
    outputs: unwrap(recording.outputs) as Record<string, unknown>,
    warnings: recording.diagnostics.filter((d) => d.severity === "warning").map((d) => sentenceOf(d.message)),
    portOffset: Number(config[`${PROJECT}:portOffset`] ?? 0),
  };
}
