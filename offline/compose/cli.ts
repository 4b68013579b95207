import { runCommand } from "../../cli/command.ts";
import { ROOT } from "../../cli/paths.ts";
import { parseArguments, sharedHelp } from "../arguments.ts";
import { upCommand, writeCompose } from "./write.ts";

const help = `npm run compose -- [options]

Writes the stack's containers as a Docker Compose project. Needs no Pulumi CLI, account, network or Docker.
${sharedHelp}
      --out FILE          where to write it (default: compose.yaml)

Secrets go to .local/<stack>/secrets.env (0600), never into compose.yaml.`;

/** Runs the command on a project folder and gives its exit code. */
export async function compose(argv: readonly string[], projectDir: string): Promise<number> {
  const args = parseArguments(argv, "compose", { out: "text" });
  const out = args.text("out");
  const written = await writeCompose({ projectDir, ...args, ...(out !== undefined && { out }) });
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
