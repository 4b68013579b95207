import { type ChildProcess, spawn } from "node:child_process";
import { EventEmitter } from "node:events";
import { join } from "node:path";
import { PassThrough } from "node:stream";
import type { Entry } from "../../../offline/book.ts";
import type { Recorder } from "../../../offline/in-process.ts";
import type { LaunchArgs, Launched } from "../../../offline/launcher.ts";

/** How a run in the host ended, and what it printed. */
export interface HostedEnd {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** What the host says: what the program registers and logs, then its end. */
export type Hosted = { readonly entry: Entry } | HostedEnd;

let host: ChildProcess | undefined;
let last: Promise<unknown> = Promise.resolve();

/**
 * Runs the program in this process's host (see host.ts) instead of a process of its own: the same recording for a fraction of the time. Runs
 * wait for each other. Generated secrets are always placeholders.
 */
export function launchInHost(args: LaunchArgs, { tell }: Recorder): Launched {
  const run = new HostedRun();
  last = last.then(() => run.perform(args, tell));
  return run;
}

class HostedRun extends EventEmitter implements Launched {
  readonly stdout = new PassThrough();
  readonly stderr = new PassThrough();

  async perform(args: LaunchArgs, tell: Recorder["tell"]): Promise<void> {
    const { code, stdout, stderr } = await ask(args, tell);
    this.stdout.end(stdout);
    this.stderr.end(stderr);
    this.emit("close", code);
  }

  /** The host with it: a program that does not end cannot be ended otherwise. */
  kill(): boolean {
    return host?.kill("SIGKILL") ?? false;
  }
}

function ask(args: LaunchArgs, tell: Recorder["tell"]): Promise<HostedEnd> {
  const running = host ?? start();
  return new Promise((done) => {
    const died = () => done({ code: 1, stdout: "", stderr: "The host of the program ended." });
    const heard = (said: Hosted) => {
      if ("entry" in said) return tell(said.entry);
      running.off("exit", died).off("message", heard);
      done(said);
    };
    running.once("exit", died).on("message", heard);
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
