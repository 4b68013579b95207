/** Longest text of somebody else's that a sentence takes in. */
export const LONGEST_SAID = 200;

/** An error with its text, as Python, Node.js and Java end a trace with it. */
const ERROR_LINE = /^(Caused by: |Uncaught )?[\w.]*(Error|Exception)( \[\w+\])?: \S/;

/** The last line that is an error with its text, after which servers go on to say that they end; undefined where there is none. */
export const errorLine = (log: string): string | undefined => linesOf(log).findLast((line) => ERROR_LINE.test(line));

/** The line of a log that says why its program does not work: its last error, else its last line. Without a full stop, so that a sentence can continue after it. */
export const tellingLine = (log: string): string => shortened(errorLine(log) ?? linesOf(log).at(-1) ?? "");

export const shortened = (line: string): string => line.slice(0, LONGEST_SAID).replace(/\.+$/, "");

/** Those that are not empty. */
export const linesOf = (log: string): readonly string[] =>
  log
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "");
