// `node start/bootstrap.mjs <command> [args]`: installs the locked packages where they are missing, then runs the
// command on the project's own Node. Plain JavaScript in the dialect of Node 14, so that a distribution's old Node reads it.
import { spawn } from "node:child_process";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { ensurePackages, forwardSignals } from "./packages.mjs";

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), "..");
const projectNode = path.join(root, "node_modules", "node", "bin", "node");

/** Every `npm run` command of package.json and the file that does it. */
const commands = {
  start: "start/cli.ts",
  stop: "start/stop.ts",
  tunnel: "start/tunnel.ts",
  test: "test/run/cli.ts",
  adopt: "adopt/cli.ts",
  "lint:collector": "lint/cli.ts",
  preview: "preview/cli.ts",
  policy: "policy/cli.ts",
  compose: "preview/compose.ts",
  images: "images/cli.ts",
  pins: "images/pins.ts",
  push: "push/cli.ts",
  release: "guard/cli.ts",
  recover: "start/recover.ts",
  verify: "verify/cli.ts",
  soak: "verify/soak/cli.ts",
  cost: "cost/cli.ts",
  "upgrade-notes": "upgrades/cli.ts",
  drift: "drift/cli.ts",
  compare: "verify/compare/cli.ts",
  difference: "difference/cli.ts",
  credentials: "credentials/cli.ts",
  boards: "boards-page/cli.ts",
  mcp: "mcp/cli.ts",
  parity: "test/parity/cli.ts",
  fuzz: "test/fuzz/cli.ts",
  corpus: "test/collector/corpus/cli.ts",
};

function fail(sentence) {
  process.stderr.write(`${sentence}\n`);
  process.exit(1);
}

/** Where npm started us and is gone, nobody waits for the command any more: it is asked to end. */
function endWithNpm(child) {
  const parent = process.ppid;
  if (!process.env.npm_lifecycle_event) return;
  setInterval(() => {
    if (process.ppid !== parent) child.kill("SIGTERM");
  }, 300).unref();
}

function run(command, args) {
  const env = Object.assign({}, process.env, {
    PATH:
      path.dirname(projectNode) +
      path.delimiter +
      path.join(root, "node_modules", ".bin") +
      path.delimiter +
      process.env.PATH,
    // compiled code is kept from one run to the next
    NODE_COMPILE_CACHE: path.join(root, "node_modules", ".cache", "node-compile"),
    STARTED_BY_BOOTSTRAP: "1",
  });
  const child = spawn(projectNode, [path.join(root, commands[command])].concat(args), {
    cwd: root,
    env,
    stdio: "inherit",
  });
  forwardSignals(child);
  endWithNpm(child);
  child.on("error", (error) =>
    fail(
      `The project's Node could not be started: ${error.message}; delete node_modules and run the same command again.`,
    ),
  );
  child.on("close", (code, signal) => process.exit(signal ? 1 : code));
}

async function main() {
  const [command, ...args] = process.argv.slice(2);
  if (!Object.keys(commands).includes(command)) {
    fail(`Unknown command "${command || ""}": use one of ${Object.keys(commands).join(", ")}.`);
  }
  await ensurePackages(root, projectNode);
  run(command, args);
}

main().catch((error) => fail(error.message));
