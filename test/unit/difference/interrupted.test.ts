import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { text } from "node:stream/consumers";
import { afterEach, beforeEach, describe, expect, test } from "vitest";

const root = join(import.meta.dirname, "../../..");
let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "recording-"));
  writeFileSync(join(folder, "docker"), "#!/bin/sh\necho '127.0.0.1 127.0.0.0/8'\n", { mode: 0o755 });
  writeFileSync(
    join(folder, "drive.mjs"),
    `export default { seconds: 1, edges: [], use: async () => console.log("used"), light: async () => {} };\n`,
  );
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** Records a copy that is none; `when` is where Ctrl-C comes, in words of what the recording says. */
async function recording(rounds: number, when: string): Promise<{ readonly code: unknown; readonly said: string }> {
  const program = `
    import { runCommand } from "./cli/command.ts";
    import { Progress } from "./cli/progress.ts";
    import { record } from "./difference/record/record.ts";
    const say = (what) => console.log(what);
    const copy = {
      outputs: { drive: "drive.mjs", published: {} },
      restarts: async () => { say("asked"); return 0; },
      remove: async () => say("removed"),
    };
    const args = { projectDir: ${JSON.stringify(folder)}, stack: "dev", rounds: ${rounds}, set: [], images: "local",
      portOffset: 20000 + process.pid % 20000, texts: [], out: ${JSON.stringify(join(folder, "out"))} };
    const progress = new Progress({ stream: { isTTY: false, write: (what) => say(what.trim()) }, total: 3 });
    await runCommand({ name: "difference", help: "" }, () => record(args, progress, async () => copy).then(() => 0));`;
  const env = { ...process.env, PATH: `${folder}${delimiter}${process.env.PATH}` };
  const child = spawn(process.execPath, ["--input-type=module", "-e", program], {
    cwd: root,
    env,
    stdio: ["ignore", "pipe", "pipe"],
  });
  const ended = new Promise((resolve) => child.once("close", resolve));
  let seen = "";
  child.stdout.on("data", (chunk) => {
    const before = seen.includes(when);
    seen += chunk;
    // a moment later, so that it is in its pause
    if (!before && seen.includes(when)) setTimeout(() => child.kill("SIGINT"), 300);
  });
  const said = text(child.stderr);
  return { code: await ended, said: `${seen}${await said}` };
}

describe("Ctrl-C during a recording removes the copy at once, writes nothing and ends with 130", () => {
  test("between two uses", async () => {
    const { code, said } = await recording(2, "used");
    expect(said).toContain("removed");
    expect(said).toContain("npm run difference was interrupted.\n");
    expect(said.match(/^used$/gm)).toHaveLength(1);
    expect([code, existsSync(join(folder, "out"))]).toEqual([130, false]);
  });

  test("while the last telemetry is waited for", async () => {
    const { code, said } = await recording(0, "0 s of use");
    expect(said).toContain("removed");
    expect(said).not.toContain("asked");
    expect([code, existsSync(join(folder, "out"))]).toEqual([130, false]);
  });
});
