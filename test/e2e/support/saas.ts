import { existsSync } from "node:fs";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
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

/** A stack of the program in `fixtures/saas`, with its state and its configuration in a temporary folder. */
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
  const file = join(folder, `Pulumi.${name}.yaml`);
  const env = {
    PULUMI_BACKEND_URL: `file://${folder}`,
    PULUMI_CONFIG_PASSPHRASE: "of a test",
    PULUMI_SKIP_UPDATE_CHECK: "true",
  };
  const cwd = join(projectDir, "test/support/fixtures/saas");
  const pulumi = (...args: readonly string[]): Promise<Outcome> =>
    run(
      program ?? "pulumi",
      [...args, "--stack", name, "--config-file", file, "--non-interactive", "--color", "never"],
      {
        cwd,
        env,
      },
    );
  const services = (await exampleServices()) as unknown;
  await succeedOr(run(program ?? "pulumi", ["stack", "init", name, "--non-interactive", "--no-select"], { cwd, env }));
  return {
    configure: async (config, secrets) => {
      const plain = { environment: "saas", services, ...config };
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

/** The services of the example: they decide which boards and alerts there are. */
async function exampleServices(): Promise<unknown> {
  const { config } = parse(await readFile(join(projectDir, "Pulumi.dev.yaml"), "utf8"));
  return config["game-scheduler-otel:services"];
}
