import { run } from "../cli/process.ts";

/** Id of the image that a reference, or an id, names on the engine; undefined: it has none. */
export async function imageId(reference: string): Promise<string | undefined> {
  const { code, stdout } = await run("docker", ["image", "inspect", "--format", "{{.Id}}", reference], {
    timeoutMs: 30_000,
  });
  return code === 0 ? stdout.trim() : undefined;
}
