import { existsSync } from "node:fs";
import { join } from "node:path";
import { type BaseCheckout, git } from "../offline/comment/base.ts";
import { type BaseSide, renderComment } from "../offline/comment/comment.ts";
import type { ConfigSetting } from "../offline/config-setting.ts";
import { recordProgram } from "../offline/engine.ts";
import type { Recording } from "../offline/registration.ts";
import { sentenceOf } from "../offline/sentence.ts";
import { loadStackConfig, type StackConfig } from "../offline/stack-config.ts";
import { formatDiagnostic, judge, type Violation } from "../policy/judge.ts";
import { stackOf } from "../policy/stack.ts";

export interface PreviewCommentArgs {
  readonly projectDir: string;
  readonly stack: string;
  /** Overrides, for this side only: the base is taken as it was committed. */
  readonly set: readonly ConfigSetting[];
  readonly dummySecrets: boolean;
  /** Name the base is called by. */
  readonly baseName: string;
  /** The base, or one sentence why there is none. */
  readonly base: BaseCheckout | string;
}

/**
 * Records one stack on both sides and writes the comment about it; `failed`: this side has an error, so that `pulumi up` would stop, or breaks a
 * rule of docs/policy.md that is one. Both, and a fault of the program or its configuration, are in the comment.
 */
export async function previewComment(
  args: PreviewCommentArgs,
): Promise<{ readonly body: string; readonly failed: boolean }> {
  const { projectDir, stack, baseName, set, dummySecrets } = args;
  // Both sides say the same of where they run, so that only what was written differs.
  const env = { ...process.env, GITHUB_SHA: git(projectDir, ["rev-parse", "HEAD"]) };
  const [head, base] = await Promise.all([side(args, projectDir, env), baseSide(args, env)]);
  const command = `npm run preview -- --stack ${stack} --base ${baseName}${dummySecrets ? " --dummy-secrets" : ""}`;
  if (typeof head === "string") {
    const secretTexts = set.filter(({ secret }) => secret).map(({ value }) => value);
    const refused = { head: undefined, refused: [head], unreadable: [], secretTexts };
    return { body: renderComment({ stack, base, command, ...refused }), failed: true };
  }
  const { recording, config } = head;
  const secretTexts = config.secretKeys.flatMap((key) => config.config[key] ?? []);
  const violations = violationsOf(head);
  const recorded = { head: recording, refused: [], broken: violations.map(formatDiagnostic), secretTexts };
  return {
    body: renderComment({ stack, base, command, unreadable: config.unreadable, ...recorded }),
    failed: hasErrors(recording) || violations.some(({ severity }) => severity === "error"),
  };
}

/** The rules that a side breaks; of one that has errors nothing can be said. */
const violationsOf = ({ recording, config }: Side): readonly Violation[] =>
  hasErrors(recording) ? [] : judge(stackOf(recording, config));

interface Side {
  readonly config: StackConfig;
  readonly recording: Recording;
}

/** What the program of a folder registers, or the sentence with which its configuration is refused. */
async function side(
  args: Pick<PreviewCommentArgs, "stack" | "set" | "dummySecrets">,
  projectDir: string,
  env: Readonly<Record<string, string | undefined>>,
): Promise<Side | string> {
  try {
    const config = loadStackConfig({ ...args, projectDir });
    return { config, recording: await recordProgram({ projectDir, ...config, preview: true, env }) };
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

async function baseSide(
  args: PreviewCommentArgs,
  env: Readonly<Record<string, string | undefined>>,
): Promise<BaseSide> {
  const { base, baseName: name, stack, dummySecrets } = args;
  if (typeof base === "string") return { kind: "missing", name, why: base };
  if (!existsSync(join(base.projectDir, `Pulumi.${stack}.yaml`))) {
    return { kind: "missing", name, why: "this stack is new." };
  }
  const found = await side({ stack, dummySecrets, set: [] }, base.projectDir, env);
  if (typeof found === "string") return { kind: "missing", name, why: `its configuration is refused there: ${found}` };
  if (hasErrors(found.recording)) {
    const error = found.recording.diagnostics.find((d) => d.severity === "error");
    return { kind: "missing", name, why: `its preview has an error there: ${sentenceOf(error?.message ?? "")}` };
  }
  const broken = violationsOf(found).map(formatDiagnostic);
  return { kind: "recorded", name, commit: base.commit, recording: found.recording, broken };
}

function hasErrors({ diagnostics, exitCode }: Recording): boolean {
  return exitCode !== 0 || diagnostics.some((d) => d.severity === "error");
}
