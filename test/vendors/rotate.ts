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

/**
 * Replaces the container as a deployment does where a secret changed: stopped, removed, and another one made of the same image with the same
 * configuration and the same volumes, its queue among them. The new one is named by the id of the old one, so that it is found as before.
 */
export async function replaceCollector(
  collector: RunningCollector,
  secrets: Readonly<Record<string, string>>,
): Promise<void> {
  const { id } = collector;
  const [{ Config, HostConfig, Mounts }] = JSON.parse(await docker("inspect", id)) as [Inspected];
  await docker("stop", "--time=30", id);
  const folder = Mounts.find(({ Destination }) => Destination === "/run/secrets")?.Source ?? "";
  for (const [name, content] of Object.entries(secrets)) writeFileSync(join(folder, name), content);
  const made = await docker(
    ...["create", `--volumes-from=${id}`, `--network=${HostConfig.NetworkMode}`, "--pull=never"],
    ...Config.Env.map((variable) => `--env=${variable}`),
    ...[`--memory=${HostConfig.Memory}`, "--cap-drop=ALL", "--security-opt=no-new-privileges"],
    ...["--publish=127.0.0.1::4318", "--publish=127.0.0.1::13133", Config.Image, ...Config.Cmd],
  );
  await docker("rm", id);
  await docker("rename", made, id);
  await docker("start", id);
  await healthy(collector);
}

/** What Docker says of a container, as far as the next one is made from it. */
interface Inspected {
  readonly Config: { readonly Image: string; readonly Env: readonly string[]; readonly Cmd: readonly string[] };
  readonly HostConfig: { readonly NetworkMode: string; readonly Memory: number };
  readonly Mounts: readonly { readonly Destination: string; readonly Source: string }[];
}

/** Never blocks: the intakes run in this process, and a collector that stops waits for their answers. */
async function docker(...args: readonly string[]): Promise<string> {
  return (await promisify(execFile)("docker", args)).stdout.trim();
}
