// `node start/bootstrap.mjs <command> [args]`: installs the locked packages where they are missing, then runs the
// command on the project's own Node. Plain JavaScript in the dialect of Node 14, so that a distribution's old Node reads it.
import { spawn, spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { staleReason } from "./dependencies.mjs";

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
  preview: "offline/preview.ts",
  policy: "policy/cli.ts",
  compose: "offline/compose/cli.ts",
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

function readIfPresent(file) {
  return existsSync(file) ? readFileSync(file, "utf8") : undefined;
}

function requireTools() {
  const major = Number(process.versions.node.split(".")[0]);
  if (major < 14) {
    fail(
      `Node ${process.versions.node} is too old to install this project: use Node 14 or newer (Debian 12's "nodejs" will do).`,
    );
  }
  const npm = spawnSync("npm", ["--version"], { encoding: "utf8" });
  if (npm.error || npm.status !== 0)
    fail('npm is not on PATH: install it (on Debian and Ubuntu "apt-get install npm") and try again.');
  if (Number(npm.stdout.split(".")[0]) < 7) {
    fail(`npm ${npm.stdout.trim()} cannot read package-lock.json: use npm 7 or newer ("npm install -g npm@10").`);
  }
}

/** Runs `npm ci`; its own output is shown only when it fails. */
function installPackages(reason) {
  requireTools();
  const started = Date.now();
  const seconds = () => Math.round((Date.now() - started) / 1000);
  process.stderr.write(`Installing the project's packages with "npm ci" (${reason}) ...\n`);
  return new Promise((resolve) => {
    const child = spawn("npm", ["ci", "--include=dev", "--no-audit", "--no-fund", "--loglevel=error"], {
      cwd: root,
      stdio: ["ignore", "pipe", "pipe"],
    });
    const ticker = setInterval(() => process.stderr.write(`  still installing, ${seconds()} s\n`), 10000);
    const output = [];
    child.stdout.on("data", (chunk) => output.push(chunk));
    child.stderr.on("data", (chunk) => output.push(chunk));
    forwardSignals(child);
    child.on("error", (error) => fail(`"npm ci" could not be started: ${error.message}.`));
    child.on("close", (code, signal) => {
      clearInterval(ticker);
      if (signal) fail(`"npm ci" was interrupted after ${seconds()} s: run the same command again, it starts over.`);
      if (code !== 0) {
        process.stderr.write(Buffer.concat(output).toString());
        fail(
          `"npm ci" failed after ${seconds()} s (exit ${code}): see npm's message above, mend it and run the same command again.`,
        );
      }
      process.stderr.write(`Packages installed in ${seconds()} s.\n`);
      resolve();
    });
  });
}

/** The npm package `node` fetches its binary in an install script; where npm is configured not to run scripts, we run it. */
function ensureProjectNode() {
  if (existsSync(projectNode)) return;
  process.stderr.write("Installing the project's own Node ...\n");
  const folder = path.join(root, "node_modules", "node");
  const script = spawnSync(process.execPath, ["installArchSpecificPackage.js"], { cwd: folder, encoding: "utf8" });
  if (script.status === 0 && existsSync(projectNode)) return;
  const version = JSON.parse(readFileSync(path.join(folder, "package.json"), "utf8")).version;
  fail(
    `Node ${version} for ${process.platform}-${process.arch} could not be installed from npm: check that npm reaches its registry, then run the same command again.`,
  );
}

/** Passes on what ends us. A terminal sends Ctrl-C to the child as well, which therefore must bear it twice. */
function forwardSignals(child) {
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, () => child.kill(signal));
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
  if (!Object.hasOwn(commands, command || "")) {
    fail(`Unknown command "${command || ""}": use one of ${Object.keys(commands).join(", ")}.`);
  }
  const wanted = readIfPresent(path.join(root, "package-lock.json"));
  if (wanted === undefined) fail(`package-lock.json is missing in ${root}: check the clone out again.`);
  const reason = staleReason(wanted, readIfPresent(path.join(root, "node_modules", ".package-lock.json")));
  if (reason !== "") await installPackages(reason);
  ensureProjectNode();
  run(command, args);
}

main();
