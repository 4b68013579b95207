import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, describe, expect, test, vi } from "vitest";
import { differenceCommand } from "../../../difference/cli.ts";
import type { Inventory } from "../../../difference/inventory/model.ts";
import { recordedInventories } from "./fixture/read.ts";

const folder = mkdtempSync(join(tmpdir(), "difference-"));
afterAll(() => rmSync(folder, { recursive: true }));
afterEach(() => vi.restoreAllMocks());

function file(name: string, inventory: Inventory | undefined): string {
  const path = join(folder, name);
  writeFileSync(path, JSON.stringify(inventory));
  return path;
}

const { dev1, dev2 } = recordedInventories();
const [base, same] = [file("base.json", dev1), file("same.json", dev2)];
const broken = file(
  "broken.json",
  dev2 && { ...dev2, metrics: dev2.metrics.filter(({ service }) => service !== "redis") },
);

async function run(...argv: readonly string[]): Promise<readonly [code: number, printed: string]> {
  const log = vi.spyOn(console, "log").mockImplementation(() => undefined);
  const code = await differenceCommand(argv);
  return [code, log.mock.calls.map(([line]) => String(line)).join("\n")];
}

describe("npm run difference", () => {
  test("of two runs of the same code prints one line and ends with 0", async () => {
    const line = `Telemetry of stack dev, ${base} compared with ${same}: no difference.`;
    expect(await run(base, same)).toEqual([0, line]);
  });

  test("ends with 1 where something breaks, and writes the comment", async () => {
    const comment = join(folder, "comment.md");
    const [code, printed] = await run(base, broken, "--markdown", comment);
    expect(code).toBe(1);
    expect(printed).toContain("\nBreaks what somebody relies on\n  - redis sends no metrics any more\n");
    expect(readFileSync(comment, "utf8")).toContain("> - `redis` sends no `metrics` any more\n");
  });

  test("prints JSON: what, how bad, of which signal and service, as text", async () => {
    const [, printed] = await run(base, broken, "--json");
    expect(JSON.parse(printed)[0]).toEqual({
      what: "silent",
      severity: "breaks",
      signal: "metrics",
      service: "redis",
      text: "redis sends no metrics any more",
    });
  });

  test.each([
    [["one"], "difference: name two files, the base's and the head's. See: npm run difference -- --help"],
    [["a", "b", "c"], "difference: name two files, the base's and the head's. See: npm run difference -- --help"],
    [["--record", "x", "--images", "mine"], '--images "mine" is not known: write official or local.'],
    [["--record", "x", "--rounds", "1"], '--rounds "1" is no whole number from 2 to 50: write for example --rounds 4.'],
  ])("%j is refused: %s", async (argv, sentence) => {
    await expect(differenceCommand(argv)).rejects.toThrow(sentence);
  });
});
