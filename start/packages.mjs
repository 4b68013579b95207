// The project's packages and its own Node, installed where they are missing. Plain JavaScript in the dialect of Node 14: this runs before
// the project's Node exists.
import { spawn, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, rmSync, statSync, utimesSync } from "node:fs";
import path from "node:path";
import { claim } from "../cli/claim.mjs";
import { staleReason } from "./dependencies.mjs";

/** How often the command that installs says so, on stderr and by the time of its lock. */
const SIGN_OF_LIFE_MS = 10000;

/** A lock this long without a sign of life is a killed command's, whatever process has its number today. */
const DEAD_AFTER_MS = 6 * SIGN_OF_LIFE_MS;

/**
 * Installs what package-lock.json names where it is missing. Of several commands that begin at the same time one installs and the others
 * wait for it: `npm ci` deletes node_modules first, also below a command that already runs from it.
 *
 * @param {string} root folder of package.json
 * @param {string} projectNode the Node that the commands run on
 * @returns {Promise<void>} throws an Error of one sentence when it cannot be done
 */
export async function ensurePackages(root, projectNode) {
  const missing = () => missingReason(root, projectNode);
  if (missing() === "") return;
  const unlock = await takeTurn(path.join(root, ".local", "installing"));
  try {
    // who waited finds that another command has done it
    const reason = missing();
    if (reason !== "" && reason !== NO_NODE) await runNpm(root, reason);
    ensureProjectNode(root, projectNode);
  } finally {
    unlock();
  }
}

const NO_NODE = "the project's own Node is missing";

function missingReason(root, projectNode) {
  const wanted = readIfPresent(path.join(root, "package-lock.json"));
  if (wanted === undefined) throw new Error(`package-lock.json is missing in ${root}: check the clone out again.`);
  const reason = staleReason(wanted, readIfPresent(path.join(root, "node_modules", ".package-lock.json")));
  return reason || (existsSync(projectNode) ? "" : NO_NODE);
}

/** Waits until nobody else installs. Returns what ends our turn. */
async function takeTurn(lock) {
  mkdirSync(path.dirname(lock), { recursive: true });
  const mine = `${process.pid} ${Date.now()}`;
  for (let told = false; ; told = true) {
    const owner = claim(lock, mine, isInstalling);
    if (owner === undefined) break;
    if (!told)
      process.stderr.write(
        `Another command (process ${parseInt(owner, 10)}) installs the packages: waiting for it ...\n`,
      );
    await new Promise((resolve) => setTimeout(resolve, 250));
  }
  const alive = setInterval(() => touch(lock), SIGN_OF_LIFE_MS);
  return () => {
    clearInterval(alive);
    rmSync(lock, { force: true });
  };
}

/** Whether the process that wrote this installs now; not where it was killed. */
function isInstalling(owner, lock) {
  try {
    if (Date.now() - statSync(lock).mtimeMs > DEAD_AFTER_MS) return false;
    process.kill(parseInt(owner, 10), 0);
    return true;
  } catch (error) {
    return error.code === "EPERM"; // it is another user's
  }
}

function touch(lock) {
  try {
    const now = new Date();
    utimesSync(lock, now, now);
  } catch (_) {
    // taken away by hand: the turn is over when npm is
  }
}

/** Runs `npm ci`; its own output is shown only when it fails. */
function runNpm(root, reason) {
  requireTools();
  const started = Date.now();
  const seconds = () => Math.round((Date.now() - started) / 1000);
  process.stderr.write(`Installing the project's packages with "npm ci" (${reason}) ...\n`);
  return new Promise((resolve, reject) => {
    const child = spawn("npm", ["ci", "--include=dev", "--no-audit", "--no-fund", "--loglevel=error"], {
      cwd: root,
      stdio: ["ignore", "pipe", "pipe"],
    });
    const ticker = setInterval(() => process.stderr.write(`  still installing, ${seconds()} s\n`), SIGN_OF_LIFE_MS);
    const output = [];
    child.stdout.on("data", (chunk) => output.push(chunk));
    child.stderr.on("data", (chunk) => output.push(chunk));
    const stopForwarding = forwardSignals(child);
    child.on("error", (error) => reject(new Error(`"npm ci" could not be started: ${error.message}.`)));
    child.on("close", (code, signal) => {
      clearInterval(ticker);
      stopForwarding();
      if (signal) {
        reject(new Error(`"npm ci" was interrupted after ${seconds()} s: run the same command again, it starts over.`));
      } else if (code !== 0) {
        process.stderr.write(Buffer.concat(output).toString());
        reject(
          new Error(
            `"npm ci" failed after ${seconds()} s (exit ${code}): see npm's message above, mend it and run the same command again.`,
          ),
        );
      } else {
        process.stderr.write(`Packages installed in ${seconds()} s.\n`);
        resolve();
      }
    });
  });
}

function requireTools() {
  const [major, minor] = process.versions.node.split(".").map(Number);
  if (major < 14 || (major === 14 && minor < 14)) {
    throw new Error(
      `Node ${process.versions.node} is too old to install this project: use Node 14.14 or newer (Debian 12's "nodejs" will do).`,
    );
  }
  const npm = spawnSync("npm", ["--version"], { encoding: "utf8" });
  if (npm.error || npm.status !== 0)
    throw new Error('npm is not on PATH: install it (on Debian and Ubuntu "apt-get install npm") and try again.');
  if (Number(npm.stdout.split(".")[0]) < 7) {
    throw new Error(
      `npm ${npm.stdout.trim()} cannot read package-lock.json: use npm 7 or newer ("npm install -g npm@8").`,
    );
  }
}

/** The npm package `node` fetches its binary in an install script; where npm is configured not to run scripts, we run it. */
function ensureProjectNode(root, projectNode) {
  if (existsSync(projectNode)) return;
  process.stderr.write("Installing the project's own Node ...\n");
  const folder = path.join(root, "node_modules", "node");
  const script = spawnSync(process.execPath, ["installArchSpecificPackage.js"], { cwd: folder, encoding: "utf8" });
  if (script.status === 0 && existsSync(projectNode)) return;
  const version = JSON.parse(readFileSync(path.join(folder, "package.json"), "utf8")).version;
  throw new Error(
    `Node ${version} for ${process.platform}-${process.arch} could not be installed from npm: check that npm reaches its registry, then run the same command again.`,
  );
}

/**
 * Passes on what ends us. A terminal sends Ctrl-C to the child as well, which therefore must bear it twice.
 *
 * @returns {() => void} ends it
 */
export function forwardSignals(child) {
  const signals = ["SIGINT", "SIGTERM", "SIGHUP"];
  const kill = (signal) => child.kill(signal);
  for (const signal of signals) process.on(signal, kill);
  return () => {
    for (const signal of signals) process.off(signal, kill);
  };
}

function readIfPresent(file) {
  return existsSync(file) ? readFileSync(file, "utf8") : undefined;
}
