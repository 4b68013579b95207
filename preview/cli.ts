import { runCommand } from "../cli/command.ts";
import { Failure } from "../cli/failure.ts";
import { ROOT } from "../cli/paths.ts";
import { wantsColour } from "../cli/text.ts";
import { parseArguments, sharedHelp } from "../offline/arguments.ts";
import { preload } from "../offline/launcher.ts";

const help = `npm run preview -- [options]

Shows what \`pulumi up\` would create on an empty stack. Needs no Pulumi CLI, account, network or Docker.
${sharedHelp}
      --json              an array of { urn, type, name, parent, inputs, options }; every secret is "[secret]"
      --base REF          what changes against a commit or branch, as Markdown for a pull request; the base is taken
                          as it was committed, --config and secrets are for this side
      --out FOLDER        with --base: a file for every stack of the project, instead of one stack printed

Exit code: 0, or 1 when the program or its configuration has an error or breaks a rule of docs/policy.md that is one, or the command itself could not run.`;

/** Runs the command on a project folder and gives its exit code. */
export async function preview(argv: readonly string[], projectDir: string): Promise<number> {
  const args = parseArguments(argv, "preview", { json: "flag", base: "text", out: "text" });
  const [base, out] = [args.text("base"), args.text("out")];
  if (base !== undefined) {
    if (args.flag("json"))
      throw new Failure("preview: --base writes Markdown and --json what would be created: give one of them.");
    const { previewMarkdown } = await import("./markdown.ts");
    return previewMarkdown({ ...args, projectDir, base, ...(out !== undefined && { out }) });
  }
  if (out !== undefined) throw new Failure("preview: --out needs --base, which says what to compare with.");
  preload(projectDir);
  // Loaded while that process loads the SDK.
  const { recordProgram } = await import("../offline/engine.ts");
  const { asJson, asTree } = await import("../offline/report.ts");
  const { sentenceOf } = await import("../offline/sentence.ts");
  const { byHand, pulumiOnPath } = await import("../cli/pulumi.ts");
  const { loadStackConfig } = await import("../offline/stack-config.ts");
  const { formatDiagnostic, judge } = await import("../policy/judge.ts");
  const { stackOf } = await import("../policy/stack.ts");
  const stack = loadStackConfig({ projectDir, ...args });
  const recording = await recordProgram({ projectDir, ...stack, preview: true });
  const errors = recording.diagnostics.filter((d) => d.severity === "error");
  if (args.flag("json")) console.log(asJson(recording));
  else if (errors.length === 0) console.log(asTree(recording, { colours: wantsColour(process.stdout) }));
  for (const { message } of errors) console.error(`error: ${sentenceOf(message)}`);
  const advice = errors.map(({ message }) => message);
  const hint = byHand(stack.stack, advice, pulumiOnPath());
  if (hint !== "") console.error(hint);
  const violations = errors.length === 0 ? judge(stackOf(recording, stack)) : [];
  for (const violation of violations) console.error(formatDiagnostic(violation));
  if (stack.unreadable.length > 0) {
    console.error(`Encrypted values replaced by dummies: ${stack.unreadable.join(", ")}`);
  }
  const refused = errors.length > 0 || violations.some(({ severity }) => severity === "error");
  return refused || recording.exitCode !== 0 ? 1 : 0;
}

if (import.meta.main) {
  await runCommand({ name: "preview", help }, (argv) => preview(argv, ROOT));
}
