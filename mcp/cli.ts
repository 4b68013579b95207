import { spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { readArguments, stackName } from "../cli/arguments.ts";
import { runCommand } from "../cli/command.ts";
import { Failure } from "../cli/failure.ts";
import { ROOT } from "../cli/paths.ts";
import { existingStack } from "../cli/stacks.ts";

const help = `npm run --silent mcp -- [--stack dev]

Serves a running stack to an assistant by the Model Context Protocol, over standard input and output: what is deployed, the proof, boards, alerts with runbooks, and
questions to its backend. Read only. A client starts it by itself: docs/ai.md. Exit code: 0 when the client has closed its end, 1 the command itself could not run.`;

const folder = import.meta.dirname;

/** Installs the packages of this folder where they are missing. @throws Failure when that fails */
function install(): void {
  if (existsSync(join(folder, "node_modules/@modelcontextprotocol/sdk"))) return;
  console.error('Installing the packages of the server with "npm ci" in mcp/ ...');
  const { status } = spawnSync("npm", ["ci", "--no-audit", "--no-fund", "--ignore-scripts", "--loglevel=error"], {
    cwd: folder,
    // standard output is the protocol's
    stdio: ["ignore", process.stderr, process.stderr],
  });
  if (status !== 0)
    throw new Failure('"npm ci" in mcp/ failed: see its message above, and run the same command again.');
}

if (import.meta.main) {
  await runCommand({ name: "mcp", help, endsAtOnce: true }, async (argv) => {
    const stack = existingStack(stackName(readArguments(argv, "mcp", { stack: "text" }).text("stack")));
    install();
    console.log = console.error;
    // by an address, since its packages are not there when the program's types are checked
    const { serve } = await import(new URL("server.ts", import.meta.url).href);
    await serve(stack, JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8")).version);
    return 0;
  });
}
