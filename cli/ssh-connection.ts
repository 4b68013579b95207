import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdirSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { interruption, unlessInterrupted } from "./process.ts";

/** Longest path of a Unix socket, less what ssh appends while it makes one. */
const LONGEST = 108 - 18;
/** An sshd drops some of many connections that begin at once (`MaxStartups`), so it is tried again. */
const ATTEMPTS = 5;

/** Where ssh looks: the user's own folder, which is another than HOME names in jobs of a CI that run in a container. Empty: the system knows no such user. */
function homeOfUser(): string {
  try {
    return os.userInfo().homedir;
  } catch {
    return "";
  }
}

/**
 * Options of `ssh` by which everything that is asked of an engine goes over one connection, which stays for two minutes after the last question. None
 * where ssh cannot share one: on Windows, and where the home folder's path is too long for a socket.
 * @param address `ssh://user@host`
 */
export function sharedConnection(
  address: string,
  home = homeOfUser(),
  platform: string = process.platform,
): readonly string[] {
  const name = `engine-${createHash("sha256").update(address).digest("hex").slice(0, 12)}`;
  if (platform === "win32" || home === "" || path.join(home, ".ssh", name).length > LONGEST) return [];
  // the same text on every machine: ssh knows the home folder itself
  return ["-o", "ControlMaster=auto", "-o", `ControlPath=~/.ssh/${name}`, "-o", "ControlPersist=120"];
}

/** Arguments of `ssh` for an engine there, as Docker's own command has them. */
export function sshArguments(address: string): readonly string[] {
  const { username, port, hostname, pathname } = new URL(address);
  const socket = pathname.length > 1 ? ["--host", `unix://${pathname}`] : [];
  return [
    ...["-o", "ConnectTimeout=30", "-T"],
    ...(username ? ["-l", decodeURIComponent(username)] : []),
    ...(port ? ["-p", port] : []),
    ...["--", hostname.replace(/^\[|\]$/g, ""), "docker", ...socket, "system", "dial-stdio"],
  ];
}

/**
 * Opens the shared connection to an engine at `ssh://` before many ask at once. Where that does not succeed, whoever asks next says why.
 * @throws Interrupted on Ctrl-C
 */
export async function openConnection(address: string, home = homeOfUser()): Promise<void> {
  if (!address.startsWith("ssh://")) return;
  const shared = sharedConnection(address, home);
  if (shared.length === 0) return;
  mkdirSync(path.join(home, ".ssh"), { recursive: true, mode: 0o700 });
  for (let attempt = 1; attempt <= ATTEMPTS; attempt++) {
    if (await ended([...shared, ...sshArguments(address)])) return;
    if (attempt < ATTEMPTS) await unlessInterrupted(sleep(attempt * 500));
  }
}

/**
 * Docker's end of the stream closes at once, since nothing is asked; the connection stays. Not by `run`, which waits for its output to close: the
 * connection that stays has it open.
 */
const ended = (args: readonly string[]): Promise<boolean> =>
  new Promise((resolve) => {
    const child = spawn("ssh", args, { stdio: "ignore", signal: interruption });
    child.once("error", () => resolve(false));
    child.once("exit", (code) => resolve(code === 0));
  });
