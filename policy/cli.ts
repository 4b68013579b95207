import { runCommand } from "../cli/command.ts";
import { ROOT } from "../cli/paths.ts";
import { parseArguments, sharedHelp } from "../offline/arguments.ts";
import { preload } from "../offline/launcher.ts";

const help = `npm run policy -- [options]

Holds what a stack's program registers to the rules of docs/policy.md: secrets, where telemetry is sent, ports, rights, data, images, limits. Needs no
Pulumi CLI, account, network or Docker. The same rules run in npm run preview and npm start, and as a policy pack of Pulumi (docs/policy.md).
${sharedHelp}
      --strict            warnings count as errors do
      --json              { stack, rules, violations }; no secret is in it

Exit code: 0 no error (warnings are printed), 1 errors, 2 the program or its configuration is wrong, or the command itself could not run.`;

/** Runs the command on a project folder and gives its exit code. */
export async function policy(argv: readonly string[], projectDir: string): Promise<number> {
  const args = parseArguments(argv, "policy", { json: "flag", strict: "flag" });
  preload(projectDir);
  // Loaded while that process loads the SDK.
  const { recordedViolations, RULES } = await import("./recorded.ts");
  const { report, reportLines } = await import("./report.ts");
  const { violations, errors } = await recordedViolations({ projectDir, ...args });
  if (errors.length > 0) {
    for (const error of errors) console.error(`error: ${error}`);
    return 2;
  }
  const found = report(args.stack, RULES, violations);
  if (args.flag("json")) console.log(JSON.stringify(found, undefined, 2));
  else for (const line of reportLines(found)) console.log(line);
  return violations.some(({ severity }) => args.flag("strict") || severity === "error") ? 1 : 0;
}

if (import.meta.main) {
  await runCommand({ name: "policy", help, failureCode: 2 }, (argv) => policy(argv, ROOT));
}
