import { run } from "../../cli/process.ts";
import type { ConfigSetting } from "../../offline/config-setting.ts";
import type { SettledImages, WantedImages } from "./images.ts";
import { previewProgram } from "./program.ts";

const KEY = "dockerSocketGroup";
/** Where every engine on Linux has its socket. */
const SOCKET = "/var/run/docker.sock";

/**
 * The program with the group that may read the socket of a remote engine, which only its own machine can say: the proxy of the Docker API is not
 * root. As it was where the configuration names the group, or where nothing can be asked.
 */
export async function withSocketGroup(
  settled: SettledImages,
  { stack, settings }: WantedImages,
): Promise<{ readonly settled: SettledImages; readonly settings: readonly ConfigSetting[] }> {
  const { plan, configured } = settled.preview;
  const image = plan.images.find((reference) => /\/nginx:|^nginx:/.test(reference));
  const group = Number(configured[KEY] ?? -1) >= 0 || image === undefined ? undefined : await groupOfSocket(image);
  if (group === undefined || group === "0") return { settled, settings };
  const known = [...settings, { path: KEY, value: group, secret: false }];
  return { settled: { ...settled, preview: await previewProgram(stack, known, settled.source) }, settings: known };
}

async function groupOfSocket(image: string): Promise<string | undefined> {
  const mount = `type=bind,source=${SOCKET},target=/engine.sock,readonly`;
  const asked = ["run", "--rm", "--network", "none", "--mount", mount, "--entrypoint", "stat", image];
  const said = await run("docker", [...asked, "-c", "%g", "/engine.sock"], { timeoutMs: 60_000 });
  return /^\d+$/.test(said.stdout.trim()) ? said.stdout.trim() : undefined;
}
