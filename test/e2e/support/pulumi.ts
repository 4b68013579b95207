import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { onPath, pulumiOnPath } from "../../../cli/pulumi.ts";
import { hasPlugin } from "../../../start/tools/pulumi.ts";
import { type Outcome, projectDir, run } from "./run.ts";
import { localDir, stack } from "./stack.ts";

/** The CLI on PATH; undefined: there is none. */
export const program = pulumiOnPath();

/** Why the real CLI cannot be tested here; undefined where it is on PATH with these plugins (installed, or on PATH too). */
export function whyNoPulumi(plugins: readonly string[] = ["docker", "random"]): string | undefined {
  if (program === undefined) return "no Pulumi CLI is on PATH";
  const listed = spawnSync(program, ["plugin", "ls", "--json"], {
    encoding: "utf8",
    env: { ...process.env, PULUMI_SKIP_UPDATE_CHECK: "true" },
  });
  if (listed.status !== 0) return `${program} does not answer`;
  const versions = JSON.parse(listed.stdout) as { name: string; version: string }[];
  const absent = plugins.filter(
    (name) =>
      onPath(`pulumi-resource-${name}`) === undefined &&
      !versions.some(({ version }) => hasPlugin(listed.stdout, { name, version })),
  );
  return absent.length === 0 ? undefined : `${program} lacks the plugins ${absent.join(" and ")}`;
}

/** The CLI on the state that `npm start` keeps in `.local`. */
export function pulumi(...args: readonly string[]): Promise<Outcome> {
  const config = join(localDir, "pulumi-project", `Pulumi.${stack}.yaml`);
  const flags = ["--stack", stack, "--config-file", config, "--non-interactive", "--color", "never"];
  return run(program ?? "pulumi", [...args, ...flags], {
    cwd: projectDir,
    env: {
      PULUMI_BACKEND_URL: `file://${join(localDir, "pulumi-state")}`,
      PULUMI_CONFIG_PASSPHRASE_FILE: join(localDir, "pulumi-passphrase"),
      PULUMI_SKIP_UPDATE_CHECK: "true",
    },
  });
}
