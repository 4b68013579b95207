import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { expect, test } from "vitest";
import { ROOT } from "../../../cli/paths.ts";
import { isStack, noSuchStack, stackNames } from "../../../cli/stacks.ts";

test("a stack is one that has a file, or was deployed and had one", () => {
  const folder = mkdtempSync(join(tmpdir(), "stacks-"));
  try {
    for (const file of ["Pulumi.yaml", "Pulumi.prod.yaml", "Pulumi.dev.yaml", ".local/old/outputs.json"]) {
      mkdirSync(dirname(join(folder, file)), { recursive: true });
      writeFileSync(join(folder, file), "");
    }
    mkdirSync(join(folder, ".local/asked-for"));
    expect(stackNames(folder)).toEqual(["dev", "prod"]);
    expect(["dev", "old", "asked-for", "yaml"].map((name) => isStack(name, folder))).toEqual([
      true,
      true,
      false,
      false,
    ]);
    expect(noSuchStack("devv", folder)).toBe(
      'There is no stack "devv": create Pulumi.devv.yaml (it may be empty), or name one that exists with --stack: dev, prod.',
    );
  } finally {
    rmSync(folder, { recursive: true });
  }
});

const NONE = "no-such-stack";

/** File, what it needs besides the name, and its exit code where it cannot run. */
const commands: readonly (readonly [file: string, code: number, ...argv: string[]])[] = [
  ["start/cli.ts", 1],
  ["start/stop.ts", 1],
  ["start/tunnel.ts", 1],
  ["start/recover.ts", 1],
  ["preview/cli.ts", 1],
  ["preview/compose.ts", 1],
  ["policy/cli.ts", 2],
  ["push/cli.ts", 1, "registry.example.org/team"],
  ["guard/cli.ts", 2],
  ["verify/cli.ts", 2],
  ["verify/soak/cli.ts", 2],
  ["verify/compare/cli.ts", 2, "jaeger", "lgtm"],
  ["cost/cli.ts", 2],
  ["upgrades/cli.ts", 2],
  ["drift/cli.ts", 2],
  ["difference/cli.ts", 2, "a", "b"],
  ["credentials/cli.ts", 2],
  ["boards-page/cli.ts", 2],
  ["mcp/cli.ts", 1],
];

test.each(commands.map(([file, code, ...argv]) => ({ file, code, argv })))(
  "$file says that there is no such stack, and which there are",
  ({ file, code, argv }) => {
    const { status, stdout, stderr } = spawnSync(process.execPath, [file, ...argv, "--stack", NONE], {
      cwd: ROOT,
      encoding: "utf8",
      // an engine that does not answer
      env: { ...process.env, DOCKER_HOST: "unix:///nowhere.sock" },
    });
    expect({ status, stdout, stderr: stderr.replace(/^error: /, "") }).toEqual({
      status: code,
      stdout: "",
      stderr: `${noSuchStack(NONE)}\n`,
    });
    expect(existsSync(join(ROOT, ".local", NONE))).toBe(false);
  },
);
