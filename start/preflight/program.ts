import path from "node:path";
import { Failure } from "../../cli/failure.ts";
import { localFolder, PROJECT, ROOT } from "../../cli/paths.ts";
import { byHand, pulumiOnPath } from "../../cli/pulumi.ts";
import type { ImageSource } from "../../images/catalogue.ts";
import { type RecordedCompose, recordCompose, type WrittenCompose } from "../../offline/compose/write.ts";
import { type WrittenStack, writeStack } from "../../offline/compose/write-stack.ts";
import type { ConfigSetting } from "../../offline/config-setting.ts";
import { recordProgram } from "../../offline/engine.ts";
import { sentenceOf } from "../../offline/sentence.ts";
import { loadStackConfig } from "../../offline/stack-config.ts";
import { formatDiagnostic, judge } from "../../policy/judge.ts";
import { stackOf } from "../../policy/stack.ts";
import { stackFileOf } from "../deploy/stack.ts";
import { rememberedDeployer } from "../deploy/state.ts";
import { type Plan, planOf } from "./plan.ts";

/** The program as it would be deployed, known before anything is touched. */
export interface Preview {
  readonly plan: Plan;
  readonly warnings: readonly string[];
  /** Config value that is added to every published port. */
  readonly portOffset: number;
  /** Every config value of this project that is set or has a default, as the program gets it; by its short name. */
  readonly configured: Readonly<Record<string, string>>;
  /** Writes the same run of the program as a Compose project into `.local`. */
  readonly writeCompose: () => Promise<WrittenCompose>;
  /** The same as a stack file, where the deployment is a swarm. */
  readonly writeStack: () => Promise<WrittenStack>;
}

/** A second and a half on an idle machine; a busy one has needed a minute. */
const PROGRAM_TIMEOUT_MS = 180_000;

/**
 * Runs the program on the recording engine: once, with the stack's passwords, where Compose will deploy it. Throws a Failure with the program's own
 * sentence when its configuration is wrong, and with the rule's when it breaks one of `policy/` that is an error.
 */
export async function previewProgram(
  stack: string,
  settings: readonly ConfigSetting[],
  images: ImageSource,
): Promise<Preview> {
  const set = [...settings, { path: "images", value: images, secret: false }];
  const out = path.join(localFolder(stack), "compose.yaml");
  const record = () => recordCompose({ projectDir: ROOT, stack, set, out, timeoutMs: PROGRAM_TIMEOUT_MS });
  const byPulumi = rememberedDeployer(stack) === "pulumi" || pulumiOnPath() !== undefined;
  // A backend whose provider must be asked can only be previewed without it, and deployed by Pulumi.
  const recorded = byPulumi ? undefined : await record().catch(() => undefined);
  const { recording, config } = recorded ?? (await previewed(stack, set));
  const violations = judge(stackOf(recording, { config }));
  const refused = violations.filter(({ severity }) => severity === "error");
  if (refused.length > 0) throw new Failure(refused.map(formatDiagnostic).join("\n"));
  return {
    plan: planOf(recording),
    warnings: [
      ...recording.diagnostics.filter((d) => d.severity === "warning").map((d) => sentenceOf(d.message)),
      ...violations.map(({ place, message, fix, docs }) => `${place}: ${message}. Fix: ${fix}. (${docs})`),
    ],
    portOffset: Number(config[`${PROJECT}:portOffset`] ?? 0),
    configured: Object.fromEntries(
      Object.entries(config).map(([key, value]) => [key.slice(PROJECT.length + 1), value]),
    ),
    writeCompose: async () => (recorded ?? (await record())).write(),
    writeStack: async () =>
      writeStack(recorded ?? (await record()), {
        projectDir: ROOT,
        stack,
        out: stackFileOf(stack),
      }),
  };
}

async function previewed(
  stack: string,
  set: readonly ConfigSetting[],
): Promise<Pick<RecordedCompose, "recording" | "config">> {
  const { config, secretKeys } = loadStackConfig({ projectDir: ROOT, stack, set });
  const run = { projectDir: ROOT, stack, config, secretKeys, preview: true, timeoutMs: PROGRAM_TIMEOUT_MS };
  const recording = await recordProgram(run);
  const errors = recording.diagnostics.filter((d) => d.severity === "error").map((d) => sentenceOf(d.message));
  if (errors.length > 0) {
    const hint = byHand(stack, errors, pulumiOnPath());
    throw new Failure([...errors, ...(hint === "" ? [] : [hint])].join("\n"));
  }
  if (recording.exitCode !== 0)
    throw new Failure(`The Pulumi program ended with exit code ${recording.exitCode} and gave no reason.`);
  return { recording, config };
}
