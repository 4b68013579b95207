import { runCommand } from "../cli/command.ts";
import { requireWritable } from "../cli/named-file.ts";
import { ROOT } from "../cli/paths.ts";
import { parseArguments, sharedHelp } from "../offline/arguments.ts";
import { isSwarm } from "../offline/compose/stack-file.ts";
import { recordCompose, upCommand } from "../offline/compose/write.ts";
import { deployCommand, writeStack } from "../offline/compose/write-stack.ts";
import { formatDiagnostic, judge } from "../policy/judge.ts";
import { stackOf } from "../policy/stack.ts";

const help = `npm run compose -- [options]

Writes the stack's containers as a Docker Compose project. Needs no Pulumi CLI, account, network or Docker.
${sharedHelp}
      --out FILE          where to write it (default: compose.yaml; stack.yaml for a swarm)
      --swarm             the same as --config deployment=swarm: a stack file for docker stack deploy

Nothing is written for a stack that breaks a rule of docs/policy.md that is an error.
Secrets go to .local/<stack>/secrets.env (0600), never into compose.yaml; those of a swarm to files in .local/<stack>/swarm (0600).
Exit code: 0 written, 1 not: such a rule, an error of the program or its configuration, or the command itself could not run.`;

/** Runs the command on a project folder and gives its exit code. */
export async function compose(argv: readonly string[], projectDir: string): Promise<number> {
  const args = parseArguments(argv, "compose", { out: "text", swarm: "flag" });
  const out = args.text("out");
  if (out !== undefined) requireWritable(out);
  const swarm = { path: "deployment", value: "swarm", secret: false };
  const set = args.flag("swarm") ? [...args.set, swarm] : args.set;
  const where = { projectDir, ...args, set, ...(out !== undefined && { out }) };
  const recorded = await recordCompose(where);
  const violations = judge(stackOf(recorded.recording, recorded));
  for (const violation of violations) console.error(formatDiagnostic(violation));
  if (violations.some(({ severity }) => severity === "error")) return 1;
  if (isSwarm(recorded.recording)) {
    const stack = writeStack(recorded, where);
    for (const warning of stack.warnings) console.error(`warning: ${warning}`);
    console.log(
      `Stack ${stack.name}: ${stack.services.length} services, ${stack.images.length} images that every node needs`,
    );
    console.log(`  ${stack.stackFile}`);
    console.log(`  ${stack.folder} (configs and secrets, 0600)`);
    console.log(`Deploy it on a manager: ${deployCommand(stack, process.cwd())}`);
    return 0;
  }
  const written = recorded.write();
  for (const warning of written.warnings) console.error(`warning: ${warning}`);
  console.log(`Compose project ${written.project}: ${written.services.length} services`);
  console.log(`  ${written.composeFile}`);
  console.log(`  ${written.envFile} (secrets, 0600)`);
  console.log(`Start it: ${upCommand(written, process.cwd())}`);
  return 0;
}

if (import.meta.main) {
  await runCommand({ name: "compose", help }, (argv) => compose(argv, ROOT));
}
