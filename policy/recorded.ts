import type { ConfigSetting } from "../offline/config-setting.ts";
import { recordProgram } from "../offline/engine.ts";
import { sentenceOf } from "../offline/sentence.ts";
import { loadStackConfig } from "../offline/stack-config.ts";
import { judge, RULES, type Violation } from "./judge.ts";
import { stackOf } from "./stack.ts";

export { RULES };

/** Records a stack's program and holds it to the rules. `errors`: sentences of a program that did not run to its end. */
export async function recordedViolations(args: {
  readonly projectDir: string;
  readonly stack: string;
  readonly set: readonly ConfigSetting[];
  readonly dummySecrets: boolean;
}): Promise<{ readonly violations: readonly Violation[]; readonly errors: readonly string[] }> {
  const given = loadStackConfig(args);
  const record = (preview: boolean) => recordProgram({ projectDir: args.projectDir, ...given, preview });
  // With what providers would make, such as passwords; where one must be asked for it, without.
  const made = await record(false);
  const recording = made.exitCode === 0 ? made : await record(true);
  const errors = recording.diagnostics.flatMap(({ severity, message }) =>
    severity === "error" ? [sentenceOf(message)] : [],
  );
  if (errors.length === 0 && recording.exitCode !== 0)
    errors.push(`The Pulumi program ended with exit code ${recording.exitCode} and gave no reason.`);
  return { violations: errors.length > 0 ? [] : judge(stackOf(recording, given)), errors };
}
