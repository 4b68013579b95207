import { execFileSync } from "node:child_process";
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { run } from "../../../cli/process.ts";

const ROOT = join(import.meta.dirname, "..", "..", "..");

/** Stands in for the CLI: gives the state and the preview that lie beside it, takes a state, and notes how it was called. */
const FAKE = `#!/bin/sh
here=$(dirname "$0")
echo "$*" >> "$here/calls"
case "$1 $2" in
  "stack export") cat "$here/exported";;
  "stack import") [ ! -e "$here/refuses" ] || { echo 'error: no permission' >&2; exit 1; }; cat > "$here/imported";;
  "preview --json") cat "$here/preview";;
esac
`;

const secret = (name: string, more: object = {}) => ({
  urn: "urn:key",
  type: "docker:index/secret:Secret",
  outputs: { name },
  inputs: { data: { ciphertext: `v1:of ${name}` } },
  ...more,
});
const stateOf = (...resources: readonly object[]) => ({ version: 3, deployment: { resources } });

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "recover-"));
  writeFileSync(join(folder, "pulumi"), FAKE);
  chmodSync(join(folder, "pulumi"), 0o755);
});
afterEach(() => rmSync(folder, { recursive: true }));

const give = (file: string, content: object) => writeFileSync(join(folder, file), JSON.stringify(content));
const asksFor = (name: string) => ({ steps: [{ op: "replace", urn: "urn:key", newState: { inputs: { name } } }] });

const recover = (stack = "dev") =>
  run(process.execPath, [join(ROOT, "start", "recover.ts"), "--stack", stack], {
    env: { PATH: `${folder}${delimiter}${process.env.PATH}`, DOCKER_HOST: "unix:///nowhere.sock" },
  });
const calls = () => readFileSync(join(folder, "calls"), "utf8").trim().split("\n");

describe("npm run recover, after an up that replaced a secret and failed", () => {
  beforeEach(() => give("exported", stateOf(secret("key-2"), secret("key-1", { delete: true }))));

  test("gives Pulumi a state in which the one that this checkout asks for is in its place, encrypted as it was", async () => {
    give("preview", asksFor("key-1"));
    const { code, stdout } = await recover();
    expect([code, stdout.trim()]).toEqual([
      0,
      'What a "pulumi up" of stack dev replaced before it failed is in its place again: run "pulumi up" now.',
    ]);
    expect(JSON.parse(readFileSync(join(folder, "imported"), "utf8"))).toEqual(
      stateOf(secret("key-2", { delete: true }), secret("key-1", { delete: false })),
    );
    expect(calls()).toEqual([
      "stack export --stack dev --non-interactive --color never",
      "preview --json --stack dev --non-interactive --color never",
      "stack import --stack dev --non-interactive --color never",
    ]);
  });

  test("changes nothing where this checkout asks for a third", async () => {
    give("preview", asksFor("key-3"));
    const { code, stdout } = await recover();
    expect([code, stdout.trim()]).toEqual([0, "Nothing of stack dev is to be put in its place again."]);
    expect(existsSync(join(folder, "imported"))).toBe(false);
  });

  test("says in a sentence that the state is not taken", async () => {
    give("preview", asksFor("key-1"));
    give("refuses", {});
    const { code, stderr } = await recover();
    expect([code, stderr.trim()]).toEqual([1, '"pulumi stack import" failed: error: no permission']);
  });
});

test("npm run recover previews nothing where an up has left nothing half replaced", async () => {
  give("exported", stateOf(secret("key-1")));
  expect((await recover("prod")).code).toBe(0);
  expect(calls()).toEqual(["stack export --stack prod --non-interactive --color never"]);
});

test("npm run recover is a command of its own, with help", () => {
  const help = execFileSync(process.execPath, [join(ROOT, "start", "bootstrap.mjs"), "recover", "--help"], {
    encoding: "utf8",
  });
  expect(help).toMatch(/^npm run recover -- \[--stack NAME\]/);
});
