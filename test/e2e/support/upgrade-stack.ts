import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseDocument } from "yaml";
import { imageReference, isImageName } from "../../../images/catalogue.ts";
import { type BaseCheckout, openBase } from "../../../offline/comment/base.ts";
import type { Change } from "../../../offline/compare.ts";
import { recorded } from "../../../offline/recorded.ts";
import type { Registration } from "../../../offline/registration.ts";
import { planUpgrade } from "../../../upgrades/plan.ts";
import type { Release } from "../../../upgrades/release.ts";
import { stored } from "../../../upgrades/stored.ts";
import { program } from "./pulumi.ts";
import { type Outcome, projectDir, run, succeed } from "./run.ts";

/** Name of the stack, and with it of its containers. */
export const STACK = "upgrade";
export const PREFIX = `game-scheduler-otel-${STACK}-`;
const OWNED = `label=com.github.game-scheduler-otel.stack=${STACK}`;

/** A stack that a release deployed, with its state and its configuration in a temporary folder. */
export interface UpgradeStack {
  /** What the upgrade will do, by the two programs as they are recorded. */
  readonly plan: readonly Change[];
  /** The real CLI with the program of the release. */
  readonly released: (...args: readonly string[]) => Promise<Outcome>;
  /** The real CLI with the program of this checkout, on the same state. */
  readonly present: (...args: readonly string[]) => Promise<Outcome>;
  /** Ids of the running containers, by short name. */
  readonly ids: () => Promise<Readonly<Record<string, string>>>;
  readonly psql: (statement: string) => Promise<string>;
  /** Destroys it and removes everything that it left: containers, volumes, networks, names of images. */
  readonly remove: () => Promise<void>;
}

/** Checks the release out and writes its stack `dev` with local images, and ports that no other test uses. */
export async function upgradeStack(release: Release): Promise<UpgradeStack> {
  const folder = await mkdtemp(join(tmpdir(), "upgrade-"));
  const base = openBase(projectDir, release.commit);
  const stackFile = join(folder, `Pulumi.${STACK}.yaml`);
  const document = parseDocument(release.stackFiles.dev ?? "");
  document.setIn(["config", "game-scheduler-otel:portOffset"], 3300);
  document.setIn(["config", "game-scheduler-otel:images"], "local");
  await writeFile(stackFile, document.toString());
  const env = {
    PULUMI_BACKEND_URL: `file://${folder}`,
    PULUMI_CONFIG_PASSPHRASE: "of a test",
    PULUMI_SKIP_UPDATE_CHECK: "true",
  };
  const flags = ["--stack", STACK, "--config-file", stackFile, "--non-interactive", "--color", "never"];
  const pulumiIn =
    (cwd: string) =>
    (...args: readonly string[]): Promise<Outcome> =>
      run(program ?? "pulumi", [...args, ...flags], { cwd, env });
  const [released, present] = [pulumiIn(base.projectDir), pulumiIn(projectDir)];
  const given = { stack: STACK, stackFile };
  const made = stored(await recorded({ ...given, projectDir: base.projectDir }));
  const plan = planUpgrade(made, await recorded({ ...given, projectDir }));
  const named = await giveFormerNames(made);
  await succeed(program ?? "pulumi", ["stack", "init", STACK, "--no-select", "--non-interactive"], {
    cwd: base.projectDir,
    env,
  });
  return { plan, released, present, ids, psql, remove: () => remove(present, { base, folder, named }) };
}

/**
 * What the release's program asks for by names that today's build does not give is there under them: today's image of the same purpose, so that a
 * container of it changes its name of an image and nothing else.
 */
async function giveFormerNames(made: readonly Registration[]): Promise<readonly string[]> {
  const own = /^game-scheduler-otel\/([a-z-]+):/;
  const names = made.map(({ inputs }) => String(inputs.name ?? ""));
  const given: string[] = [];
  for (const name of new Set(names.filter((each) => own.test(each)))) {
    const [, purpose = ""] = own.exec(name) ?? [];
    const there = await run("docker", ["image", "inspect", "--format", "{{.Id}}", name]);
    if (there.code === 0 || !isImageName(purpose)) continue;
    const today = imageReference(purpose, "local");
    if (purpose === "console")
      await succeed("docker", ["build", "--tag", name, "-"], { input: readsPlainStack(today) });
    else await succeed("docker", ["tag", today, name]);
    given.push(name);
  }
  return given;
}

/** 0.1.0 gave its console what it shows as it is, and today's reads it packed. */
const readsPlainStack = (today: string): string => `FROM ${today}
USER 0
RUN printf '#!/bin/sh\\ncp /usr/share/console/stack.json /tmp/stack.json\\n' >/docker-entrypoint.d/40-plain-stack.sh \\
 && chmod 755 /docker-entrypoint.d/40-plain-stack.sh
USER 101:101
`;

async function ids(): Promise<Readonly<Record<string, string>>> {
  const format = "{{.Names}} {{.ID}}";
  const { stdout } = await succeed("docker", ["ps", "--no-trunc", "--filter", OWNED, "--format", format]);
  const rows = stdout.trim().split("\n").filter(Boolean);
  return Object.fromEntries(rows.map((row) => row.replace(PREFIX, "").split(" ")));
}

async function psql(statement: string): Promise<string> {
  const as = ["psql", "-U", "postgres", "-d", "game_scheduler", "-At", "-c", statement];
  return (await succeed("docker", ["exec", `${PREFIX}postgres`, ...as])).stdout.trim();
}

async function remove(
  present: UpgradeStack["present"],
  made: { readonly base: BaseCheckout; readonly folder: string; readonly named: readonly string[] },
): Promise<void> {
  await present("state", "unprotect", "--all", "--yes");
  await present("destroy", "--yes", "--skip-preview");
  for (const [list, drop] of LEFT) {
    const { stdout } = await succeed("docker", [...list, "--filter", OWNED]);
    const found = stdout.split("\n").filter(Boolean);
    if (found.length > 0) await succeed("docker", [...drop, ...found]);
  }
  if (made.named.length > 0) await run("docker", ["rmi", "--no-prune", ...made.named]);
  made.base.close();
  await rm(made.folder, { recursive: true, force: true });
}

const LEFT = [
  [
    ["ps", "-aq"],
    ["rm", "-f"],
  ],
  [
    ["volume", "ls", "-q"],
    ["volume", "rm"],
  ],
  [
    ["network", "ls", "-q"],
    ["network", "rm"],
  ],
] as const;
