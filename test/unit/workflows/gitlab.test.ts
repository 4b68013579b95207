import { execFileSync } from "node:child_process";
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { parse } from "yaml";

/** The script of a job in docs/gitlab.md, executed as GitLab's runner does: one bash that ends at the first failure. */
const root = join(import.meta.dirname, "..", "..", "..");
const [, text = ""] = /```yaml\n([\s\S]*?)\n```/.exec(readFileSync(join(root, "docs/gitlab.md"), "utf8")) ?? [];
const tag = { tag: "!reference", collection: "seq" as const, resolve: (value: unknown) => value };
const job = parse(text, { customTags: [tag] })["telemetry difference"] as {
  readonly before_script: readonly string[];
  readonly script: readonly string[];
  readonly artifacts: { readonly when: string; readonly paths: readonly string[] };
};

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "gitlab-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

interface Ran {
  readonly succeeded: boolean;
  readonly log: string;
  readonly calls: readonly string[];
}

/** @param compared exit code of the comparison @param engine whether the job may run one */
function execute(compared: number, engine = true): Ran {
  const [bin, work, calls] = [join(folder, "bin"), join(folder, "work"), join(folder, "calls")];
  for (const each of [bin, work]) mkdirSync(each);
  const program = (name: string, body: string) => {
    writeFileSync(join(bin, name), `#!/bin/sh\necho "${name} $*" >> "${calls}"\n${body}\n`);
    chmodSync(join(bin, name), 0o755);
  };
  for (const name of ["apt-get", "mkfs.ext4", "truncate"]) program(name, "");
  program("mount", engine ? "" : "echo 'mount: permission denied' >&2; exit 1");
  program("dockerd", "sleep 0.2");
  // an engine answers once it was started, which a busy machine does later than the next line runs
  program("docker", `until grep -q '^dockerd ' "${calls}"; do sleep 0.02; done`);
  program("git", 'mkdir -p "$4"');
  program(
    "npm",
    `case "$*" in *--markdown*) echo '### Telemetry' > difference-comments/dev.md; exit ${compared};; esac`,
  );
  const here = (line: string) =>
    line.replaceAll("/tmp/", `${folder}/`).replaceAll("/var/lib/docker", `${folder}/layers`);
  const script = ["set -eo pipefail", ...job.before_script, ...job.script].map(here).join("\n");
  const env = {
    PATH: `${bin}${delimiter}${process.env.PATH}`,
    CI_MERGE_REQUEST_DIFF_BASE_SHA: "b".repeat(40),
  };
  let log = "";
  let succeeded = true;
  try {
    log = execFileSync("bash", ["-c", script], { cwd: work, env, encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] });
  } catch (error) {
    succeeded = false;
    const { stdout, stderr } = error as { readonly stdout: string; readonly stderr: string };
    log = stdout + stderr;
  }
  const called = existsSync(calls) ? readFileSync(calls, "utf8").trim().split("\n") : [];
  return { succeeded, log, calls: called.map((line) => line.replaceAll(folder, "TMP")) };
}

describe("the telemetry difference of a merge request", () => {
  test("records base and head, each with images of its own checkout, on an engine of the job", () => {
    const ran = execute(0);
    expect([ran.succeeded, ran.log]).toEqual([true, "### Telemetry\n"]);
    const images = "npm run images -- --official --only collector,instrumentation,example-python,example-frontend";
    expect(ran.calls.filter((call) => /^(git|npm) /.test(call))).toEqual([
      "npm ci --no-audit --no-fund",
      `git worktree add --detach TMP/base ${"b".repeat(40)}`,
      "npm ci --prefix TMP/base --no-audit --no-fund",
      images,
      images,
      "npm run --silent difference -- --record TMP/base.ndjson --project TMP/base",
      "npm run --silent difference -- --record TMP/head.ndjson",
      "npm run --silent difference -- TMP/base.ndjson TMP/head.ndjson --markdown difference-comments/dev.md",
    ]);
    expect(ran.calls).toContain("dockerd ");
  });

  test("shows what breaks without failing, which is for a person to judge", () => {
    const ran = execute(1);
    expect([ran.succeeded, ran.log]).toEqual([true, "### Telemetry\n"]);
    expect(job.artifacts).toMatchObject({ when: "always", paths: ["difference-comments/"] });
  });

  test("fails where the two could not be compared", () => {
    expect(execute(2).succeeded).toBe(false);
  });

  test("runs nothing of the merge request where the job may have no engine", () => {
    const ran = execute(0, false);
    expect(ran.succeeded).toBe(false);
    expect(ran.calls.filter((call) => call.startsWith("npm run"))).toEqual([]);
  });
});
