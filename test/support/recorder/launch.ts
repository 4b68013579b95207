import { type ChildProcess, spawn } from "node:child_process";
import { EventEmitter } from "node:events";
import { join } from "node:path";
import { PassThrough } from "node:stream";
import type { LaunchArgs, Launched } from "../../../offline/launcher.ts";

/** How a run in the host ended, and what it printed. */
export interface HostedEnd {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

let host: ChildProcess | undefined;
let last: Promise<unknown> = Promise.resolve();

/**
 * Runs the program in this process's host (see host.ts) instead of a process of its own: the same recording for a fraction of the time. Runs
 * wait for each other.
 */
export function launchInHost(args: LaunchArgs): Launched {
  const run = new HostedRun();
  last = last.then(() => run.perform(args));
  return run;
}

class HostedRun extends EventEmitter implements Launched {
  readonly stdout = new PassThrough();
  readonly stderr = new PassThrough();

  async perform(args: LaunchArgs): Promise<void> {
    const { code, stdout, stderr } = await ask(args);
    this.stdout.end(stdout);
    this.stderr.end(stderr);
    this.emit("close", code);
  }

  /** The host with it: a program that does not end cannot be ended otherwise. */
  kill(): boolean {
    return host?.kill("SIGKILL") ?? false;
  }
}

function ask(args: LaunchArgs): Promise<HostedEnd> {
  const running = host ?? start();
  return new Promise((done) => {
    const died = () => done({ code: 1, stdout: "", stderr: "The host of the program ended." });
    running.once("exit", died);
    running.once("message", (end: HostedEnd) => {
      running.off("exit", died);
      done(end);
    });
    running.send(args);
  });
}

function start(): ChildProcess {
  const child = spawn(process.execPath, [join(import.meta.dirname, "host.ts")], {
    stdio: ["ignore", "inherit", "inherit", "ipc"],
  });
  child.once("exit", () => {
    host = undefined;
  });
  // it must not keep a test's process alive, and ends with it, since its channel closes
  child.unref();
  child.channel?.unref();
  host = child;
  return child;
}
