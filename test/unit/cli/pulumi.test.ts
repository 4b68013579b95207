import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, afterEach, expect, test, vi } from "vitest";
import { pulumi } from "../../../cli/pulumi.ts";

const folder = mkdtempSync(path.join(tmpdir(), "pulumi-"));
afterEach(() => void vi.unstubAllEnvs());
afterAll(() => rmSync(folder, { recursive: true }));

test.each([
  [undefined, "true"],
  ["false", "false"],
])("where PULUMI_PARALLEL_DIFF is %s the CLI runs with %s", async (given, said) => {
  vi.stubEnv("PULUMI_PARALLEL_DIFF", given);
  const program = path.join(folder, "pulumi");
  writeFileSync(program, '#!/bin/sh\nprintf "%s" "$PULUMI_PARALLEL_DIFF"\n', { mode: 0o755 });
  expect((await pulumi(program, ["up"])).stdout).toBe(said);
});
