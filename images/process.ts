import { spawn } from "node:child_process";

export interface RunOptions {
  /** File descriptors for standard input and output; default: none, and collected. */
  readonly stdin?: number;
  readonly stdout?: number;
  /** Added to this process's environment. Secrets travel here, never as arguments. */
  readonly env?: Readonly<Record<string, string>>;
  readonly onLine?: (line: string) => void;
  readonly signal?: AbortSignal;
}

export interface Finished {
  /** 127 when there is no such command, 143 when a signal ended it. */
  readonly code: number;
  readonly stdout: string;
  /** What it said last, on either stream. */
  readonly lastLines: readonly string[];
}

const KEPT = 12;

/** Runs a command to its end; a failure is an outcome, not an exception. */
export function run(command: string, args: readonly string[], options: RunOptions = {}): Promise<Finished> {
  return new Promise((resolve) => {
    const child = spawn(command, args, {
      env: { ...process.env, ...options.env },
      stdio: [options.stdin ?? "ignore", options.stdout ?? "pipe", "pipe"],
      // Its own group: Ctrl-C reaches it from here, once, and in order.
      detached: true,
      ...(options.signal === undefined ? {} : { signal: options.signal, killSignal: "SIGTERM" as const }),
    });
    const kept: string[] = [];
    const collected: Buffer[] = [];
    const keep = (line: string) => {
      const text = withoutColours(line).trim();
      if (text === "") return;
      kept.push(text);
      if (kept.length > KEPT) kept.shift();
      options.onLine?.(text);
    };
    child.stdout?.on("data", (chunk: Buffer) => collected.push(chunk));
    const lineStreams = [child.stdout, child.stderr].map((stream) => {
      let rest = "";
      stream?.setEncoding("utf8").on("data", (chunk: string) => {
        const lines = `${rest}${chunk}`.split(/[\r\n]+/);
        rest = lines.pop() ?? "";
        lines.forEach(keep);
      });
      return () => keep(rest);
    });
    let failure = "";
    child.on("error", (error: NodeJS.ErrnoException) => {
      failure = error.code ?? error.message;
      keep(`${command}: ${error.message}`);
      // Without a process there is no "close".
      if (child.pid === undefined) resolve({ code: 127, stdout: "", lastLines: kept });
    });
    child.on("close", (code) => {
      for (const flush of lineStreams) flush();
      const stdout = collected.map(String).join("");
      resolve({ code: failure === "ABORT_ERR" ? 143 : (code ?? 143), stdout, lastLines: kept });
    });
  });
}

/** Docker's legacy builder colours what a build step writes to standard error. */
function withoutColours(line: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: the escape character is what we look for
  return line.replace(/\u001b\[[0-9;]*m/g, "");
}
