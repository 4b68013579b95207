import { existsSync } from "node:fs";
import { mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { parse, stringify } from "yaml";
import { program, whyNoPulumi } from "./pulumi.ts";
import { type Outcome, projectDir, run } from "./run.ts";

/** Honeycomb's provider, which the bridge runs; undefined: not on PATH. */
export const honeycombProvider = (process.env.PATH ?? "")
  .split(delimiter)
  .map((folder) => join(folder, "terraform-provider-honeycombio"))
  .find((file) => existsSync(file));

/** Why the vendors' plugins cannot be tested here; undefined where CLI, plugins and Honeycomb's provider are on PATH. */
export function whyNoVendorPlugins(): string | undefined {
  const why = whyNoPulumi(["newrelic", "random", "terraform-provider"]);
  if (why !== undefined) return why;
  return honeycombProvider === undefined ? "no terraform-provider-honeycombio is on PATH" : undefined;
}

type Config = Readonly<Record<string, unknown>>;

/** A stack of the program in `fixtures/saas`, with its project, its state and its configuration in a temporary folder. */
export interface SaasStack {
  /** Replaces the configuration; what is not named takes its default. Secrets are encrypted as a person's are. */
  configure(config: Config, secrets: Readonly<Record<string, string>>): Promise<void>;
  pulumi(...args: readonly string[]): Promise<Outcome>;
  /** Everything the engine keeps: state and configuration, as text. */
  kept(): Promise<string>;
  remove(): Promise<void>;
}

export async function saasStack(name: string): Promise<SaasStack> {
  const folder = await mkdtemp(join(tmpdir(), "saas-"));
  await writeProject(folder);
  const file = join(folder, `Pulumi.${name}.yaml`);
  const env = {
    PULUMI_BACKEND_URL: `file://${folder}`,
    PULUMI_CONFIG_PASSPHRASE: "of a test",
    PULUMI_SKIP_UPDATE_CHECK: "true",
  };
  const pulumi = (...args: readonly string[]): Promise<Outcome> =>
    run(program ?? "pulumi", [...args, "--stack", name, "--non-interactive", "--color", "never"], { cwd: folder, env });
  await succeedOr(pulumi("stack", "init", "--no-select"));
  const services = await exampleServices();
  return {
    configure: async (config, secrets) => {
      const plain = { environment: "saas", commit: "0123456", services, ...config };
      const entries = Object.entries(plain).map(([key, value]) => [`saas:${key}`, value]);
      await writeFile(file, stringify({ config: Object.fromEntries(entries) }));
      const given = Object.entries(secrets).flatMap(([key, value]) => ["--secret", `${key}=${value}`]);
      if (given.length > 0) await succeedOr(pulumi("config", "set-all", ...given));
    },
    pulumi,
    kept: async () => (await pulumi("stack", "export")).stdout + (await readFile(file, "utf8")),
    remove: () => rm(folder, { recursive: true, force: true }),
  };
}

async function succeedOr(running: Promise<Outcome>): Promise<void> {
  const { code, all } = await running;
  if (code !== 0) throw new Error(`pulumi ended with ${code}:\n${all.slice(-3000)}`);
}

/**
 * The folder of a project whose program is the fixture. The CLI learns which plugins a program wants from the node_modules beside it: where
 * it finds none, it takes those of the last deployment, and calls that a change of their providers.
 */
async function writeProject(folder: string): Promise<void> {
  const runtime = { name: "nodejs", options: { typescript: false } };
  await writeFile(join(folder, "Pulumi.yaml"), stringify({ name: "saas", main: "index.ts", runtime }));
  await writeFile(join(folder, "package.json"), '{ "name": "saas", "private": true, "type": "module" }\n');
  await writeFile(join(folder, "index.ts"), `export * from "${projectDir}/test/support/fixtures/saas/index.ts";\n`);
  await symlink(join(projectDir, "node_modules"), join(folder, "node_modules"));
}

/** The services of the example decide which boards and alerts there are; their images stay what they are while the project changes. */
async function exampleServices(): Promise<unknown> {
  const { config } = parse(await readFile(join(projectDir, "Pulumi.dev.yaml"), "utf8"));
  const services = config["game-scheduler-otel:services"] as readonly object[];
  return services.map((service) => ({ ...service, image: "example/app:1.0" }));
}
