import { run } from "../../cli/process.ts";
import type { PlannedContainer } from "../preflight/plan.ts";
import { type MemoryTable, memoryTable } from "./memory.ts";

/** Asks Docker what the containers really use. */
export async function measureMemory(containers: readonly PlannedContainer[], prefix: string): Promise<MemoryTable> {
  const format = "{{.Name}}\t{{.MemUsage}}";
  const stats = await run("docker", ["stats", "--no-stream", "--format", format], { timeoutMs: 30_000 });
  return memoryTable(containers, prefix, stats.stdout);
}
