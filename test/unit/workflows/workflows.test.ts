import { spawnSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import { durationSeconds, scheduledDays } from "./schedule.ts";

const root = join(import.meta.dirname, "..", "..", "..");
const read = (...path: readonly string[]) => readFileSync(join(root, ...path), "utf8");
const list = (folder: string) => readdirSync(join(root, folder)).sort();

interface Step {
  readonly uses?: string;
  readonly run?: string;
  readonly with?: Readonly<Record<string, unknown>>;
  readonly env?: Readonly<Record<string, string>>;
}
interface Job {
  readonly uses?: string;
  readonly "runs-on"?: string;
  readonly "timeout-minutes"?: number;
  readonly permissions?: Readonly<Record<string, string>>;
  readonly environment?: string;
  readonly needs?: string;
  readonly if?: string;
  readonly concurrency?: { readonly group: string; readonly "cancel-in-progress": boolean };
  readonly env?: Readonly<Record<string, string>>;
  readonly steps?: readonly Step[];
}
interface Workflow {
  readonly on: Readonly<Record<string, unknown>>;
  readonly permissions: Readonly<Record<string, string>>;
  readonly env?: unknown;
  readonly jobs: Readonly<Record<string, Job>>;
}

const names = list(".github/workflows").map((file) => file.replace(".yml", ""));
const texts = new Map(names.map((name) => [name, read(".github/workflows", `${name}.yml`)]));
const workflow = (name: string): Workflow => parse(texts.get(name) ?? "");
const jobs = names.flatMap((name) =>
  Object.entries(workflow(name).jobs).map(([id, job]) => ({ id: `${name}/${id}`, workflow: name, job })),
);
const actions = list(".github/actions").map((name) => ({
  name,
  text: read(".github/actions", name, "action.yml"),
  steps: (parse(read(".github/actions", name, "action.yml")) as { runs: { steps: Step[] } }).runs.steps,
}));
const steps = [...jobs.flatMap(({ job }) => job.steps ?? []), ...actions.flatMap((action) => action.steps)];
const scripts = Object.keys(JSON.parse(read("package.json")).scripts);
const npmScripts = (text: string) =>
  [...text.matchAll(/\bnpm (?:run (?:--silent )?([\w:-]+)|(test)\b)/g)].map(
    ([, script, short]) => script ?? short ?? "",
  );

describe("the workflows", () => {
  test("are the eight that the documentation speaks of", () => {
    expect(names).toEqual(["checks", "comment", "deploy", "difference", "e2e", "preview", "scheduled", "up"]);
  });

  const program = (process.env.PATH ?? "")
    .split(delimiter)
    .map((folder) => join(folder, "actionlint"))
    .find((file) => existsSync(file));
  test.skipIf(program === undefined)("pass actionlint (skipped where it is not on PATH; checks.yml runs it)", () => {
    const { stdout, status } = spawnSync(program ?? "", [], { cwd: root, encoding: "utf8" });
    expect([stdout, status]).toEqual(["", 0]);
  });

  test("pin every action by a full commit hash, its version beside it; the project's own are paths", () => {
    const lines = [...texts.values(), ...actions.map(({ text }) => text)]
      .flatMap((text) => text.split("\n"))
      .filter((line) => /^\s*(- )?uses:/.test(line))
      .map((line) => line.replace(/^\s*(- )?uses: /, ""));
    const own = /^\.\/\.github\/(actions\/(project|engine)|workflows\/(checks|preview|up)\.yml)$/;
    expect(
      lines.filter((line) => !own.test(line) && !/^[\w-]+\/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/.test(line)),
    ).toEqual([]);
    const versions = Map.groupBy(
      lines.filter((line) => !own.test(line)),
      (line) => line.split("@")[0] ?? "",
    );
    expect([...versions.keys()].sort()).toEqual([
      ...["actions/checkout", "actions/download-artifact", "actions/setup-node", "actions/upload-artifact"],
      "pulumi/actions",
    ]);
    for (const [action, used] of versions) expect([action, new Set(used).size]).toEqual([action, 1]);
  });

  test("call npm scripts and files that exist", () => {
    const run = steps.map((step) => step.run ?? "").join("\n");
    expect([...new Set(npmScripts(run))].sort()).toEqual([
      "check",
      "credentials",
      "difference",
      "drift",
      "images",
      "preview",
      "recover",
      "release",
      "test",
      "verify",
    ]);
    expect(npmScripts(run).filter((script) => !scripts.includes(script))).toEqual([]);
    const files = [...run.matchAll(/\bnode (offline\/\S+\.ts)/g)].map(([, file]) => file ?? "");
    expect(new Set(files).size).toBe(4);
    expect(files.filter((file) => !existsSync(join(root, file)))).toEqual([]);
  });

  test("use the Pulumi CLI that package.json names", () => {
    const { devDependencies } = JSON.parse(read("package.json"));
    const [install] = steps.filter(({ uses }) => uses?.startsWith("pulumi/actions@"));
    expect(install?.with).toEqual({ "pulumi-version": devDependencies.pulumi });
  });
});

describe("a pull request", () => {
  test("is run by these workflows only, which have nothing worth taking (rules.test.ts)", () => {
    expect(names.filter((name) => "pull_request" in workflow(name).on)).toEqual(["checks", "difference"]);
  });

  test("is commented on by code of the default branch: its own is neither checked out nor installed", () => {
    const [checkout, node, download, post] = workflow("comment").jobs.comment?.steps ?? [];
    expect(checkout?.with).toEqual({ "persist-credentials": false });
    expect(node?.with).toEqual({ "node-version-file": ".nvmrc", "package-manager-cache": false });
    expect(String(download?.with?.path).replaceAll(/[{}$ ]/g, "")).toBe("runner.temp/comments");
    expect(post?.run).toBe('node offline/comment/post.ts "$RUNNER_TEMP/comments"');
  });
});

describe("a deploy", () => {
  test("goes to dev after the checks, and to prod, behind its environment, after a preview of it", () => {
    const { checks, dev, prod, "preview-prod": preview } = workflow("deploy").jobs;
    expect([checks, dev, preview, prod].map((job) => job?.needs)).toEqual([undefined, "checks", "dev", "preview-prod"]);
    expect(workflow("up").jobs.up?.environment).toBe("$" + "{{ inputs.environment }}");
  });

  test("of one stack waits for the other one of that stack and is never cut off", () => {
    for (const [name, id, stack] of [
      ["up", "up", "inputs.stack"],
      ["scheduled", "drift", "matrix.stack"],
    ] as const) {
      expect(workflow(name).jobs[id]?.concurrency).toEqual({
        group: ["pulumi-$", `{{ ${stack} }}`].join(""),
        "cancel-in-progress": false,
      });
    }
  });

  test("tries the credentials before `up` and proves the telemetry after it", () => {
    const runs = (workflow("up").jobs.up?.steps ?? []).map(({ run }) => run ?? "");
    const at = (text: string) => runs.findIndex((run) => run.includes(text));
    expect(at("npm run credentials")).toBeGreaterThan(0);
    expect(at("pulumi up")).toBeGreaterThan(at("npm run credentials"));
    expect(at("npm run verify")).toBeGreaterThan(at("pulumi up"));
    expect(at('npm run release -- --stack "$STACK" --judge')).toBeGreaterThan(at("npm run verify"));
  });

  test("runs often enough to rotate a token even when one run fails", () => {
    const [, window = ""] =
      /earlyRotationWindow: "(\w+)"/.exec(read("components/backends/grafana-cloud/keys.ts")) ?? [];
    const crons = (workflow("scheduled").on.schedule as { cron: string }[]).map(({ cron }) => cron);
    const { drift, rotation } = workflow("scheduled").jobs;
    expect(crons.map((cron) => [drift?.if?.includes(cron), rotation?.if?.includes(cron)])).toEqual([
      [true, false],
      [false, true],
    ]);
    expect(crons.map(scheduledDays)).toEqual([1, 7]);
    expect(2 * scheduledDays(crons[1] ?? "")).toBeLessThanOrEqual(durationSeconds(window) / 86_400);
  });

  test("brings its secrets from environments that docs/deploy.md lists, all of them and no other", () => {
    const used = [...texts.values()].flatMap((text) => [...text.matchAll(/(?:secrets|vars)\.([A-Z_]+)/g)]);
    const documented = [...read("docs/deploy.md").matchAll(/^\| `([A-Z_]+)` \|/gm)].map(([, name]) => name);
    expect([...new Set(used.map(([, name]) => name))].sort()).toEqual(documented.toSorted());
  });
});

describe("the GitLab twin in docs/gitlab.md", () => {
  const [, text = ""] = /```yaml\n([\s\S]*?)\n```/.exec(read("docs/gitlab.md")) ?? [];
  const tag = { tag: "!reference", collection: "seq" as const, resolve: (value: unknown) => value };
  const pipeline = parse(text, { customTags: [tag] }) as Readonly<Record<string, Readonly<Record<string, unknown>>>>;

  test("has the same jobs, each in a known stage", () => {
    const own = Object.keys(pipeline).filter((name) => !/^(stages|default|variables|workflow|\..*)$/.test(name));
    expect(own).toEqual([
      ...["test", "offline preview", "telemetry difference", "deploy dev", "deploy prod", "drift", "rotation"],
    ]);
    for (const name of own) {
      const parent = pipeline[String(pipeline[name]?.extends)] ?? {};
      expect(pipeline.stages).toContain(pipeline[name]?.stage ?? parent.stage);
    }
  });

  test("calls scripts and files that exist, and the same CLI", () => {
    expect(npmScripts(text).filter((script) => !scripts.includes(script))).toEqual([]);
    expect(new Set(npmScripts(text))).toEqual(
      new Set(["check", "test", "preview", "difference", "credentials", "images", "verify", "release", "drift"]),
    );
    const files = [...text.matchAll(/\bnode (offline\/\S+\.ts)/g)].map(([, file]) => file ?? "");
    expect(files.filter((file) => !existsSync(join(root, file)))).toEqual([]);
    expect(text).toContain(`pulumi-v${JSON.parse(read("package.json")).devDependencies.pulumi}-linux-x64`);
  });

  test("gives a merge request's code no token, and the runner of deployments to the default branch alone", () => {
    const merging = Object.keys(pipeline).filter((name) =>
      /merge_request_event/.test(JSON.stringify(pipeline[name]?.rules)),
    );
    expect(merging.filter((name) => name !== "workflow")).toEqual(["offline preview", "telemetry difference"]);
    for (const name of ["test", ...merging])
      expect(JSON.stringify(pipeline[name])).not.toMatch(
        /TOKEN|SSH|PULUMI|tags|environment|extends|id_tokens|"secrets"|\$CI_JOB/,
      );
    // what every job has, those of a merge request too
    expect(JSON.stringify([pipeline.default, pipeline.variables])).not.toMatch(
      /TOKEN|SSH|PULUMI|tags|id_tokens|"secrets"/,
    );
    const engine = Object.entries(pipeline).filter(
      ([, { extends: parent }]) => parent === ".engine" || parent === ".up",
    );
    expect(engine.map(([name]) => name)).toEqual([".up", "deploy dev", "deploy prod", "drift", "rotation"]);
    expect(pipeline[".engine"]?.tags).toEqual(["deploy"]);
    for (const [name, { rules }] of engine)
      if (name !== ".up") expect(JSON.stringify(rules)).toContain("$CI_COMMIT_BRANCH == $CI_DEFAULT_BRANCH");
  });

  test("removes the ssh key after the job, whatever became of it", () => {
    const { before_script: before, after_script: after } = pipeline[".engine"] ?? {};
    expect(JSON.stringify(before)).toContain("/tmp/deploy-ssh/key");
    expect(JSON.stringify(before)).not.toContain("~/.ssh");
    expect(after).toEqual(["rm -rf /tmp/deploy-ssh"]);
    const others = Object.entries(pipeline).filter(
      ([name, job]) => name !== ".engine" && job.after_script !== undefined,
    );
    expect(others).toEqual([]);
  });

  test("chooses the organization as the workflows do, since commands take no stack with a slash in its name", () => {
    expect(JSON.stringify(pipeline[".engine"]?.before_script)).toContain('pulumi org set-default \\"$PULUMI_ORG\\"');
    expect(text).not.toContain("<organization>/");
  });

  test("judges a release as the workflow does", () => {
    const command = 'npm run release -- --stack "$STACK" --judge --within 5m || [ $? -eq 3 ]';
    expect(pipeline[".up"]?.script).toContain(command);
    expect(workflow("up").jobs.up?.steps?.map(({ run }) => run)).toContain(command);
  });

  test("asks a person before prod", () => {
    expect(pipeline["deploy prod"]?.rules).toMatchObject([{ when: "manual" }]);
  });
});
