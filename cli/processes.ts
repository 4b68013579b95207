import { readFileSync } from "node:fs";

/** When a process started, in the kernel's own clock ticks; empty where the system does not tell. */
export function startOf(pid: number): string {
  try {
    // The command's name, in parentheses, may contain spaces: count fields behind it.
    const fields = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ").at(-1)?.split(" ");
    return fields?.[19] ?? "";
  } catch {
    return "";
  }
}

/** Whether the very process that was recorded still runs: same id and same start. */
export function isRunning(pid: number, started: string): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM" && startOf(pid) === started;
  }
  return startOf(pid) === started;
}
