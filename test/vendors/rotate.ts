import { execFile } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { healthy, type RunningCollector } from "../collector/collector.ts";

/** Replaces a secret file and restarts the collector, as a rotation does: stopped cleanly, the queue on disk kept. */
export async function rotateSecret(collector: RunningCollector, name: string, content: string): Promise<void> {
  const folder = await docker(
    ...["inspect", collector.id, "--format"],
    '{{range .Mounts}}{{if eq .Destination "/run/secrets"}}{{.Source}}{{end}}{{end}}',
  );
  await docker("kill", "--signal=SIGTERM", collector.id);
  await docker("wait", collector.id);
  writeFileSync(join(folder, name), content);
  await docker("start", collector.id);
  await healthy(collector);
}

/** Never blocks: the intakes run in this process, and a collector that stops waits for their answers. */
async function docker(...args: readonly string[]): Promise<string> {
  return (await promisify(execFile)("docker", args)).stdout.trim();
}
