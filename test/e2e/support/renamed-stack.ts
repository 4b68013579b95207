import { copyFile, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { program } from "./pulumi.ts";
import { type Outcome, projectDir, run } from "./run.ts";

/** The small program of `fixtures/renamed` on the real engine, with its state in a temporary folder. */
export interface RenamedStack {
  readonly pulumi: (...args: readonly string[]) => Promise<Outcome>;
  readonly remove: () => Promise<void>;
}

export async function renamedStack(): Promise<RenamedStack> {
  const folder = await mkdtemp(join(tmpdir(), "renamed-"));
  const fixture = join(projectDir, "test/support/fixtures/renamed");
  for (const file of ["Pulumi.yaml", "package.json"]) await copyFile(join(fixture, file), join(folder, file));
  await writeFile(join(folder, "index.ts"), `export * from "${fixture}/index.ts";\n`);
  await symlink(join(projectDir, "node_modules"), join(folder, "node_modules"));
  const env = {
    PULUMI_BACKEND_URL: `file://${folder}`,
    PULUMI_CONFIG_PASSPHRASE: "of a test",
    PULUMI_SKIP_UPDATE_CHECK: "true",
  };
  const flags = ["--stack", "dev", "--non-interactive", "--color", "never"];
  const pulumi = (...args: readonly string[]) => run(program ?? "pulumi", [...args, ...flags], { cwd: folder, env });
  await pulumi("stack", "init", "--no-select");
  return {
    pulumi,
    remove: async () => {
      await pulumi("state", "unprotect", "--all", "--yes");
      await pulumi("destroy", "--yes", "--skip-preview");
      await rm(folder, { recursive: true, force: true });
    },
  };
}
