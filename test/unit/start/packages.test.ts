import { spawn } from "node:child_process";
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { afterEach, beforeEach, expect, test } from "vitest";

const packages = join(import.meta.dirname, "../../../start/packages.mjs");

/** An npm that installs once there is a file `go`, notes each `ci` and leaves what npm leaves. */
const SLOW_NPM = `#!/bin/sh
[ "$1" = ci ] || { echo 10.0.0; exit; }
echo ci >> npm.log
rm -rf node_modules
until [ -e go ] || [ ! -e package-lock.json ]; do sleep 0.1; done
mkdir -p node_modules/node/bin && : > node_modules/node/bin/node
cp package-lock.json node_modules/.package-lock.json
`;

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "packages-"));
  writeFileSync(join(root, "package-lock.json"), JSON.stringify({ packages: {} }));
  mkdirSync(join(root, "bin"));
  writeFileSync(join(root, "bin/npm"), SLOW_NPM);
  chmodSync(join(root, "bin/npm"), 0o755);
});
afterEach(() => rmSync(root, { recursive: true }));

/** One command of a clone: what it says, and whether its Node was there when it went on. */
async function command(onSaid = (_: string) => {}) {
  const node = join(root, "node_modules/node/bin/node");
  const script = `import { existsSync } from "node:fs";
    import { ensurePackages } from ${JSON.stringify(packages)};
    await ensurePackages(${JSON.stringify(root)}, ${JSON.stringify(node)});
    process.exit(existsSync(${JSON.stringify(node)}) ? 0 : 9);`;
  const child = spawn(process.execPath, ["--input-type=module", "--eval", script], {
    env: { ...process.env, PATH: `${join(root, "bin")}:${process.env.PATH}` },
    stdio: ["ignore", "ignore", "pipe"],
  });
  child.stderr.on("data", (chunk) => onSaid(String(chunk)));
  const [said, code] = await Promise.all([
    text(child.stderr),
    new Promise<number | null>((resolve) => child.on("close", resolve)),
  ]);
  return { said, code };
}

const go = () => writeFileSync(join(root, "go"), "");

/** Lets npm go on once another command waits for it. */
const goOn = (said: string) => said.includes("waiting") && go();

const installations = () => readFileSync(join(root, "npm.log"), "utf8").split("\n").length - 1;

test("of two first commands in one clone one installs and the other waits for it", async () => {
  const both = await Promise.all([command(goOn), command(goOn)]);
  expect(both.map(({ code }) => code)).toEqual([0, 0]);
  expect(installations()).toBe(1);
  expect(
    both.filter(({ said }) => /^Another command \(process \d+\) installs the packages: waiting for it/.test(said)),
  ).toHaveLength(1);
  expect(existsSync(join(root, ".local/installing"))).toBe(false);
});

test("a killed command's turn is over", async () => {
  go();
  mkdirSync(join(root, ".local"));
  writeFileSync(join(root, ".local/installing"), "999999999 1");
  const { said, code } = await command();
  expect(code).toBe(0);
  expect(said).not.toContain("waiting");
  expect(installations()).toBe(1);
});

test("what is installed is left alone", async () => {
  go();
  await command();
  expect(await command()).toEqual({ said: "", code: 0 });
  expect(installations()).toBe(1);
});
