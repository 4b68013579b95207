import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Given, type Ran, runJob } from "../../support/workflows/runner.ts";

const SHA = "a".repeat(40);
const DEPLOYED = "b".repeat(40);
const main = { ref: "refs/heads/main", sha: SHA, event: { repository: { default_branch: "main" } } };
const secrets = { PULUMI_ACCESS_TOKEN: "canary-token", DEPLOY_SSH_KEY: "canary-key", PULUMI_CONFIG_PASSPHRASE: "" };
const vars = { PULUMI_ORG: "games", DEPLOY_KNOWN_HOSTS: "games.example ssh-ed25519 AAAA" };
const history = JSON.stringify([{ kind: "update", result: "succeeded", environment: { "git.head": DEPLOYED } }]);
/** Says whether the deployment's own ssh is the one on PATH, and what it would be called with. */
const lookAround = `case "$1 $2" in
  "stack history") echo '${history}';;
  "config get") echo ssh://deploy@games.example;;
  "up --stack"|"preview --stack") command -v ssh | sed "s|$RUNNER_TEMP|TEMP|"; stat -c '%a' "$RUNNER_TEMP/deploy-ssh/key"; ssh games.example;;
esac`;
const env = { GITHUB_SHA: SHA };
const up: Given = {
  workflow: "up",
  job: "up",
  github: main,
  vars,
  secrets,
  env,
  inputs: { stack: "dev", environment: "dev", again: false },
  programs: { pulumi: lookAround },
};

/** Nothing of it may be seen by whoever reads process lists or logs, and nothing of it stays. */
function keepsSecrets({ calls, log, summary, left, home }: Ran): void {
  expect([...calls, log, summary].join("\n")).not.toContain("canary");
  expect([left, home]).toEqual([[], []]);
}

const commands = ({ calls }: Ran): readonly string[] => calls.filter((call) => !call.startsWith("uses "));

describe("a deployment", () => {
  test("tries the credentials, builds on the engine, deploys and proves, with a key of its own that goes", async () => {
    const ran = await runJob(up);
    expect(ran.log).toContain("TEMP/deploy-ssh/bin/ssh\n600\n");
    expect(ran.succeeded).toBe(true);
    const [called = "", ...others] = commands(ran).filter((call) => /^ssh /.test(call));
    expect([called.replace(/\S*\/temp\//, "TEMP/"), others]).toEqual([
      "ssh -F TEMP/deploy-ssh/config games.example",
      [],
    ]);
    expect(commands(ran).filter((call) => !call.startsWith("ssh "))).toEqual([
      "npm ci --no-audit --no-fund",
      "pulumi org set-default games",
      "pulumi stack history --stack dev --json",
      "npm run credentials -- --stack dev",
      "pulumi config get dockerHost --stack dev",
      "npm run images -- --official",
      "pulumi up --stack dev --yes --skip-preview --non-interactive --color never --suppress-outputs",
      "npm run verify -- --stack dev --since 15m --timeout 300",
      "npm run release -- --stack dev --judge --within 5m",
    ]);
    keepsSecrets(ran);
  });

  test("that is judged bad is taken back to the commit before it, fails, and its key goes all the same", async () => {
    const ran = await runJob({ ...up, programs: { pulumi: lookAround, npm: '[ "$2" != release ] || exit 1' } });
    expect([ran.succeeded, ran.log.includes(`is taken back to ${DEPLOYED}`)]).toEqual([false, true]);
    const after = ran.calls.slice(ran.calls.findIndex((call) => call.startsWith("npm run release")) + 1);
    expect(
      after.filter((call) => !call.startsWith("ssh ")).map((call) => call.split(" ").slice(0, 3).join(" ")),
    ).toEqual([
      `uses actions/checkout {"persist-credentials":"false","ref":"${DEPLOYED}"}`,
      ...[
        `uses actions/setup-node {"node-version-file":".nvmrc","cache":"npm"}`,
        "npm ci --no-audit",
        "npm run recover",
        "pulumi up --stack",
        "npm run verify",
      ],
    ]);
    keepsSecrets(ran);
  });

  test("that fails proves nothing of it, and its key goes all the same", async () => {
    const ran = await runJob({ ...up, programs: { pulumi: `${lookAround}\n[ "$1" != up ]` } });
    expect(ran.succeeded).toBe(false);
    expect(commands(ran).filter((call) => call.startsWith("npm run verify"))).toEqual([]);
    keepsSecrets(ran);
  });

  test("of a key without the host's own refuses, and leaves no key", async () => {
    const ran = await runJob({ ...up, vars: {} });
    expect([ran.succeeded, commands(ran)]).toEqual([false, ["npm ci --no-audit --no-fund"]]);
    expect(ran.log).toContain("DEPLOY_KNOWN_HOSTS is empty");
    keepsSecrets(ran);
  });

  test("without credentials says so and does nothing", async () => {
    const ran = await runJob({ ...up, secrets: {} });
    expect([ran.succeeded, ran.calls]).toEqual([true, []]);
    expect(ran.log).toContain("::notice::Stack dev is not deployed: environment dev has no credentials.");
  });

  test("of another branch does not begin", async () => {
    const ran = await runJob({ ...up, github: { ...main, ref: "refs/heads/mine" } });
    expect([ran.began, ran.calls]).toEqual([false, []]);
  });

  test("once more is of the commit that is deployed, not of the newest", async () => {
    const ran = await runJob({ ...up, inputs: { stack: "dev", environment: "dev-scheduled", again: true } });
    expect(ran.succeeded).toBe(true);
    const checkouts = ran.calls.filter((call) => call.startsWith("uses actions/checkout"));
    expect(checkouts.map((call) => /"ref":"(\w+)"/.exec(call)?.[1])).toEqual([undefined, DEPLOYED]);
    keepsSecrets(ran);
  });
});

describe("a preview of what prod would get", () => {
  const preview: Given = { ...up, workflow: "preview", job: "preview", inputs: { stack: "prod" } };

  test("is on the run's page, whatever its outcome, which is the job's", async () => {
    const programs = { pulumi: `${lookAround}\n[ "$1" != preview ] || { echo '+ collector'; exit 3; }` };
    const ran = await runJob({ ...preview, programs });
    expect(ran.succeeded).toBe(false);
    expect(ran.summary).toContain("### pulumi preview of prod");
    expect(ran.summary).toContain("+ collector");
    keepsSecrets(ran);
  });

  test("of another branch does not begin", async () => {
    expect((await runJob({ ...preview, github: { ...main, ref: "refs/pull/7/merge" } })).began).toBe(false);
  });
});

describe("the daily look for drift", () => {
  const asked: string[] = [];
  const forge = createServer((request, response) => {
    asked.push(`${request.method} ${request.url?.split("?")[0]}`);
    response.setHeader("Content-Type", "application/json");
    request.resume().on("end", () => response.end(request.method === "GET" ? "[]" : '{"number":1}'));
  });
  let api = "";
  beforeAll(async () => {
    await new Promise<void>((resolve) => forge.listen(0, "127.0.0.1", resolve));
    api = `http://127.0.0.1:${(forge.address() as AddressInfo).port}`;
  });
  afterAll(() => forge.close());

  const drift = (status: number): Given => ({
    ...up,
    workflow: "scheduled",
    job: "drift",
    matrix: { stack: "prod" },
    inputs: { what: "drift" },
    env: { ...env, GITHUB_API_URL: api, GITHUB_REPOSITORY: "games/shop" },
    programs: { pulumi: lookAround, npm: `[ "$2" != --silent ] || { echo 'api differs'; exit ${status}; }` },
  });

  test("fails with an open issue where something differs, and the key goes", async () => {
    asked.length = 0;
    const ran = await runJob(drift(1));
    expect(ran.succeeded).toBe(false);
    expect(ran.summary).toContain("api differs");
    expect(asked).toEqual(["GET /repos/games/shop/issues", "POST /repos/games/shop/issues"]);
    keepsSecrets(ran);
  });

  test("succeeds where nothing does", async () => {
    asked.length = 0;
    const ran = await runJob(drift(0));
    expect(ran.log).not.toMatch(/error/i);
    expect([ran.succeeded, asked]).toEqual([true, ["GET /repos/games/shop/issues"]]);
    keepsSecrets(ran);
  });
});

test("a pull request's preview is made without any credential", async () => {
  const ran = await runJob({
    workflow: "checks",
    job: "preview",
    env: { BASE: "" },
    github: { event_name: "pull_request", base_ref: "main" },
    programs: {
      npm: `[ "$2" != --silent ] || { mkdir -p preview-comments; echo '### Preview of dev' > preview-comments/dev.md; }`,
      git: "",
    },
  });
  expect(commands(ran).at(-1)).toBe("npm run --silent preview -- --base main --dummy-secrets --out preview-comments");
  expect(ran.summary).toContain("### Preview of dev");
});
