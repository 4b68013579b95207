import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { readTexts, type Texts } from "../../support/workflows/model.ts";
import { problemsOf } from "../../support/workflows/rules.ts";

const texts = readTexts(join(import.meta.dirname, "..", "..", ".."));

test("the workflows keep every rule", () => {
  expect(problemsOf(texts)).toEqual([]);
});

const checkout = "actions/checkout@3d3c42e5aac5ba805825da76410c181273ba90b1 # v7.0.1";
const CLEAN = `      - name: The key goes, whatever happened\n        if: always()\n        run: rm -rf "$RUNNER_TEMP/deploy-ssh"\n`;

/** What somebody might change with the best of intentions: file, text, replacement, and what is said of it. */
const MUTATIONS: readonly (readonly [title: string, file: string, from: string, to: string, said: string])[] = [
  [
    "a comment by pull_request_target",
    "workflows/comment.yml",
    "  workflow_run:\n    workflows: [checks, difference]\n    types: [completed]",
    "  pull_request_target:",
    "pull_request_target runs with secrets for everybody's code",
  ],
  [
    "checks by pull_request_target",
    "workflows/checks.yml",
    "  pull_request:\n",
    "  pull_request_target:\n",
    "pull_request_target runs with secrets for everybody's code",
  ],
  [
    "a checkout of the pull request's head where it may write",
    "workflows/comment.yml",
    "          persist-credentials: false\n",
    "          persist-credentials: false\n          ref: ${{ github.event.workflow_run.head_sha }}\n",
    "checks out what a pull request chose",
  ],
  [
    "a checkout of the fork where it may write",
    "workflows/comment.yml",
    "          persist-credentials: false\n",
    "          persist-credentials: false\n          repository: ${{ github.event.workflow_run.head_repository.full_name }}\n",
    "checks out what a pull request chose",
  ],
  [
    "packages installed where it may write",
    "workflows/comment.yml",
    "        run: node offline",
    "        run: npm ci && node offline",
    "installs or runs packages where it may write",
  ],
  [
    "a secret in a check of pull requests",
    "workflows/checks.yml",
    "          BASE: ${{ github.base_ref }}\n",
    "          BASE: ${{ github.base_ref }}\n          TOKEN: ${{ secrets.PULUMI_ACCESS_TOKEN }}\n",
    "a pull request's code has secrets",
  ],
  [
    "an environment for a pull request",
    "workflows/checks.yml",
    "    timeout-minutes: 15\n",
    "    timeout-minutes: 15\n    environment: dev\n",
    "a pull request's code runs in an environment",
  ],
  [
    "a pull request on the runner of deployments",
    "workflows/checks.yml",
    "    runs-on: ubuntu-24.04\n",
    "    runs-on: ${{ fromJSON(vars.DEPLOY_RUNNER) }}\n",
    "elsewhere than on a hosted runner",
  ],
  [
    "a pull request on a runner of one's own",
    "workflows/checks.yml",
    "    runs-on: ubuntu-24.04\n",
    "    runs-on: [self-hosted, linux]\n",
    "elsewhere than on a hosted runner",
  ],
  [
    "a real preview of pull requests",
    "workflows/preview.yml",
    "  workflow_call:\n",
    "  pull_request:\n  workflow_call:\n",
    "a pull request's code has secrets",
  ],
  [
    "a deployment called by a check",
    "workflows/checks.yml",
    "jobs:\n",
    "jobs:\n  up:\n    uses: ./.github/workflows/up.yml\n    with: { stack: dev, environment: dev }\n    permissions:\n      contents: read\n",
    "a pull request's code has secrets",
  ],
  [
    "secrets handed to a called workflow by a check",
    "workflows/checks.yml",
    "jobs:\n",
    "jobs:\n  e2e:\n    uses: ./.github/workflows/e2e.yml\n    secrets: inherit\n    permissions:\n      contents: read\n",
    "a pull request's code has secrets",
  ],
  [
    "a deployment from any branch",
    "workflows/up.yml",
    "    if: github.ref == format('refs/heads/{0}', github.event.repository.default_branch)\n",
    "",
    "has secrets on any branch",
  ],
  [
    "a condition with a way round the branch",
    "workflows/scheduled.yml",
    "(github.event.schedule == '17 5 * * *' || inputs.what == 'drift') &&",
    "inputs.what == 'drift' || github.event.schedule == '17 5 * * *' &&",
    "its condition has a way round the branch",
  ],
  [
    "a deployment on any runner of one's own",
    "workflows/up.yml",
    "    runs-on: ${{ fromJSON(vars.DEPLOY_RUNNER || '\"ubuntu-24.04\"') }}\n",
    "    runs-on: self-hosted\n",
    "runs on another runner than those for deployments",
  ],
  [
    "secrets without an environment",
    "workflows/up.yml",
    "    environment: ${{ inputs.environment }}\n",
    "",
    "has secrets that no environment guards",
  ],
  [
    "secrets for a whole job",
    "workflows/up.yml",
    "      STACK: ${{ inputs.stack }}\n",
    "      STACK: ${{ inputs.stack }}\n      PULUMI_ACCESS_TOKEN: ${{ secrets.PULUMI_ACCESS_TOKEN }}\n",
    "secrets for all steps",
  ],
  ["a key that stays after a deployment", "workflows/up.yml", CLEAN, "", "leaves the ssh key behind"],
  [
    "a key that stays after one that failed",
    "workflows/up.yml",
    "        if: always()\n",
    "        if: success()\n",
    "leaves the ssh key behind",
  ],
  ["a key that stays after a drift", "workflows/scheduled.yml", CLEAN, "", "leaves the ssh key behind"],
  ["an action by its tag", "workflows/up.yml", checkout, "actions/checkout@v7", "actions/checkout@v7 is not pinned"],
  [
    "an action by a branch, inside an action",
    "actions/engine/action.yml",
    "pulumi/actions@8e5e406f4007fca908480587cb9893c07090f58d # v7.0.0",
    "pulumi/actions@main",
    "pulumi/actions@main is not pinned",
  ],
  [
    "permission to write all",
    "workflows/deploy.yml",
    "permissions:\n  contents: read\n\njobs",
    "permissions: write-all\n\njobs",
    "may do more than read the contents",
  ],
  ["no permissions said", "workflows/e2e.yml", "    permissions:\n      contents: read\n", "", 'permissions are ""'],
  [
    "permission to write the contents",
    "workflows/checks.yml",
    "    permissions:\n      contents: read\n",
    "    permissions:\n      contents: write\n",
    "a pull request's code may write",
  ],
  [
    "a token left in the checkout",
    "workflows/up.yml",
    "          persist-credentials: false\n",
    "          fetch-depth: 1\n",
    "a checkout keeps its token",
  ],
  [
    "a title in a script",
    "workflows/checks.yml",
    "      - run: npm test\n",
    "      - run: echo ${{ github.event.pull_request.title }}\n",
    "an expression stands in a script",
  ],
  [
    "an artifact over the checkout",
    "workflows/comment.yml",
    "          path: ${{ runner.temp }}/comments\n",
    "          path: .\n",
    "an artifact is unpacked into the checkout",
  ],
  ["a job without an end", "workflows/up.yml", "    timeout-minutes: 60\n", "", "may run for ever"],
];

describe("is refused:", () => {
  test.each(MUTATIONS)("%s", (_, file, from, to, said) => {
    const text = texts.get(file) ?? "";
    expect(text).toContain(from);
    const mutated: Texts = new Map([...texts, [file, text.replace(from, () => to)]]);
    expect(problemsOf(mutated).join("\n")).toContain(said);
  });
});
