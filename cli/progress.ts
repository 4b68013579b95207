import { appendFileSync } from "node:fs";
import { stripVTControlCharacters } from "node:util";
import { seconds } from "./time.ts";

/** Where and how progress is shown. */
export interface ProgressOptions {
  /** Where a person looks. Standard error, so that standard output stays clean for --json. */
  readonly stream: Pick<NodeJS.WriteStream, "write"> & { readonly isTTY?: boolean; readonly columns?: number };
  /** Everything shown, and every line of the tools behind it, is kept here too. */
  readonly logFile?: string;
  /** Number of steps to come. */
  readonly total: number;
  /** A long step says it is alive this often when there is no terminal. Milliseconds, default 15 000. */
  readonly heartbeatMs?: number;
  readonly now?: () => number;
}

const SPINNER = ["⠋", "⠙", "⠹", "⠸", "⠼", "⠴", "⠦", "⠧", "⠇", "⠏"];

/**
 * Steps with a number, a name and elapsed time: a moving line on a terminal, plain lines elsewhere.
 *
 * One step at a time. `note` is said once and stays; `doing` is the latest detail of the running step.
 */
export class Progress {
  #options: ProgressOptions;
  #started: number;
  #step = 0;
  #title = "";
  #stepStarted = 0;
  #detail = "";
  #timer: NodeJS.Timeout | undefined;
  #frame = 0;
  #lastShown = 0;

  constructor(options: ProgressOptions) {
    this.#options = options;
    this.#started = this.#now();
  }

  /** Runs one step; its result line says how long it took and what `work` returned as a summary. */
  async step<T>(title: string, work: () => Promise<T>, summary: (result: T) => string): Promise<T> {
    this.#begin(title);
    try {
      const result = await work();
      this.#end(this.#paint("32", "✓", "done"), summary(result));
      return result;
    } catch (error) {
      this.#end(this.#paint("31", "✗", "FAILED"), "");
      throw error;
    }
  }

  /** What the running step is at just now. Plain output shows it at the next heartbeat. */
  doing(detail: string): void {
    this.#detail = stripVTControlCharacters(detail).trim();
    this.log(`  ${this.#detail}`);
  }

  /** A line worth keeping. */
  note(text: string): void {
    this.#print(`      ${text}`);
  }

  /** Only into the log file. */
  log(line: string): void {
    if (this.#options.logFile !== undefined) {
      appendFileSync(this.#options.logFile, `${stripVTControlCharacters(line)}\n`, { mode: 0o600 });
    }
  }

  /** Milliseconds since this was made. */
  elapsed(): number {
    return this.#now() - this.#started;
  }

  /** Where it stands, for a message on interruption: `step 3 of 7, images`. */
  position(): string {
    return `step ${this.#step} of ${this.#options.total}, ${this.#title}`;
  }

  #begin(title: string): void {
    this.#step += 1;
    this.#title = title;
    this.#stepStarted = this.#now();
    this.#detail = "";
    if (this.#options.stream.isTTY) {
      this.#timer = setInterval(() => this.#spin(), 100);
    } else {
      this.#print(`${this.#label()} ...`);
      this.#timer = setInterval(() => this.#beat(), 1000);
    }
    this.#timer.unref();
  }

  #end(mark: string, summary: string): void {
    clearInterval(this.#timer);
    const took = seconds(this.#now() - this.#stepStarted);
    this.#print(`${this.#label()} ${mark} ${took}${summary === "" ? "" : `  ${summary}`}`);
  }

  #label(): string {
    return `[${this.#step}/${this.#options.total}] ${this.#title}`;
  }

  #spin(): void {
    this.#frame += 1;
    const took = seconds(this.#now() - this.#stepStarted);
    const line = `${this.#label()} ${SPINNER[this.#frame % SPINNER.length]} ${took}  ${this.#detail}`;
    this.#options.stream.write(`\r\x1b[2K${line.slice(0, (this.#options.stream.columns ?? 80) - 1)}`);
  }

  #beat(): void {
    if (this.#now() - this.#lastShown < (this.#options.heartbeatMs ?? 15_000)) return;
    const took = seconds(this.#now() - this.#stepStarted);
    this.#print(`${this.#label()} ... ${took}${this.#detail === "" ? "" : `  ${this.#detail}`}`);
  }

  #print(line: string): void {
    this.#lastShown = this.#now();
    this.#options.stream.write(this.#options.stream.isTTY ? `\r\x1b[2K${line}\n` : `${line}\n`);
    this.log(line);
  }

  #paint(colour: string, onTerminal: string, plain: string): string {
    return this.#options.stream.isTTY ? `\x1b[${colour}m${onTerminal}\x1b[0m` : plain;
  }

  #now(): number {
    return (this.#options.now ?? Date.now)();
  }
}
