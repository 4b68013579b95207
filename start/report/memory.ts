import { inGroups } from "../../cli/engine.ts";
import { run } from "../../cli/process.ts";
import { BACKEND_CONTAINERS } from "../deploy/remove.ts";
import type { PlannedContainer } from "../preflight/plan.ts";

/** Containers that exist for telemetry only; their last name part. */
const TELEMETRY = new Set(["collector", "deployment", "docker-api", "instrumentation", ...BACKEND_CONTAINERS]);

/** One container's memory, MiB. */
export interface MemoryRow {
  readonly name: string;
  readonly limit: number;
  /** Undefined when it does not run. */
  readonly used?: number;
  readonly telemetry: boolean;
}

export interface MemoryTable {
  readonly rows: readonly MemoryRow[];
  readonly limit: number;
  readonly used: number;
  readonly telemetryLimit: number;
  readonly telemetryUsed: number;
}

/** `statsOutput`: what `memoryInUse` said. */
export function memoryTable(containers: readonly PlannedContainer[], prefix: string, statsOutput: string): MemoryTable {
  const used = new Map(
    statsOutput
      .split("\n")
      .map((line) => line.split("\t"))
      .map(([name = "", usage = ""]) => [name, toMiB(usage.split("/")[0] ?? "")] as const),
  );
  const rows = containers.map(({ name, memory }): MemoryRow => {
    const short = name.slice(prefix.length + 1);
    // Docker's command cuts the slash that its engine puts before a name; Podman puts none, and loses a letter.
    const now = used.get(name) ?? used.get(name.slice(1));
    return { name: short, limit: memory, ...(now === undefined ? {} : { used: now }), telemetry: TELEMETRY.has(short) };
  });
  const telemetry = rows.filter((row) => row.telemetry);
  return {
    rows,
    limit: sum(rows.map((row) => row.limit)),
    used: sum(rows.map((row) => row.used ?? 0)),
    telemetryLimit: sum(telemetry.map((row) => row.limit)),
    telemetryUsed: sum(telemetry.map((row) => row.used ?? 0)),
  };
}

export function renderMemory(table: MemoryTable): readonly string[] {
  const line = (name: string, limit: number, used: number | undefined) =>
    `  ${name.padEnd(28)}${String(limit).padStart(7)}${(used === undefined ? "-" : used.toFixed(0)).padStart(8)}`;
  return [
    `Memory, MiB${" ".repeat(19)}limit    used`,
    ...table.rows.map((row) => line(row.name, row.limit, row.used)),
    line("all containers", table.limit, table.used),
    line("telemetry's share", table.telemetryLimit, table.telemetryUsed),
  ];
}

/** `12.3MiB`, `1.2GiB`, `512KiB`, `0B` */
export function toMiB(text: string): number {
  const [, amount = "0", unit = "B"] = /^\s*([\d.]+)\s*([KMGT]?i?B)/.exec(text) ?? [];
  const factors: Readonly<Record<string, number>> = { B: 2 ** -20, KiB: 2 ** -10, MiB: 1, GiB: 2 ** 10, TiB: 2 ** 20 };
  return Number(amount) * (factors[unit] ?? 0);
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}

/** What these containers really use (default: all of the engine's), for `memoryTable`. Takes it two seconds. */
export async function memoryInUse(names: readonly string[] = []): Promise<string> {
  const format = "{{.Name}}\t{{.MemUsage}}";
  let said = "";
  for (const some of inGroups(names))
    said += (await run("docker", ["stats", "--no-stream", "--format", format, ...some], { timeoutMs: 30_000 })).stdout;
  return said;
}
