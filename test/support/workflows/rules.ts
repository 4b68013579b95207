import { actionSteps, type Job, type Step, type Texts, type Workflow, workflowIn } from "./model.ts";

/** Where credentials and the deployment engine may be. */
export const GUARD = "github.ref == format('refs/heads/{0}', github.event.repository.default_branch)";
export const GUARDED_RUNNER = `$\{{ fromJSON(vars.DEPLOY_RUNNER || '"ubuntu-24.04"') }}`;
export const HOSTED_RUNNER = "ubuntu-24.04";
export const KEY_REMOVED = 'rm -rf "$RUNNER_TEMP/deploy-ssh"';
const ENGINE = "./.github/actions/engine";

/** What of GitHub may be written, and by which job. Anything else reads the contents at most. */
const MAY_WRITE: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  "workflows/comment.yml comment": { contents: "read", actions: "read", "pull-requests": "write" },
  "workflows/scheduled.yml drift": { contents: "read", issues: "write" },
};

const triggers = ({ on }: Workflow): readonly string[] => {
  if (typeof on === "string") return [on];
  return Array.isArray(on) ? on.map(String) : Object.keys(on ?? {});
};
const json = (value: unknown): string => JSON.stringify(value ?? "");
const hasSecrets = (job: Job): boolean => /secrets\./.test(json(job)) || job.secrets !== undefined;

/** Everything that would let code of a pull request near credentials, or credentials out; none in what is committed. Pure. */
export function problemsOf(texts: Texts): readonly string[] {
  const workflows = [...texts].flatMap(([file, text]) =>
    file.startsWith("workflows/") ? [{ file, workflow: workflowIn(text) }] : [],
  );
  const called = calledByPullRequests(workflows);
  const ofWorkflows = workflows.flatMap(({ file, workflow }) => {
    const on = triggers(workflow);
    const byPullRequest = on.includes("pull_request") || called.has(file);
    return [
      ...(on.includes("pull_request_target")
        ? [`${file}: pull_request_target runs with secrets for everybody's code`]
        : []),
      ...(json(workflow.permissions ?? null) !== "{}" && json(workflow.permissions) !== '{"contents":"read"}'
        ? [`${file}: may do more than read the contents`]
        : []),
      ...(workflow.env !== undefined ? [`${file}: variables for all jobs`] : []),
      ...Object.entries(workflow.jobs).flatMap(([id, job]) => [
        ...problemsOfJob(`${file} ${id}`, job, on),
        ...(byPullRequest ? exposed(`${file} ${id}`, job) : []),
      ]),
    ];
  });
  const steps = [...texts].flatMap(([file, text]) =>
    file.startsWith("actions/")
      ? actionSteps(text).map((step) => ({ at: file, step }))
      : Object.values(workflowIn(text).jobs).flatMap((job) => (job.steps ?? []).map((step) => ({ at: file, step }))),
  );
  const uses = [...texts].flatMap(([file, text]) => unpinned(file, text));
  return [...ofWorkflows, ...steps.flatMap(({ at, step }) => problemsOfStep(at, step)), ...uses];
}

/** Workflows that one triggered by a pull request calls, directly or not. */
function calledByPullRequests(
  workflows: readonly { readonly file: string; readonly workflow: Workflow }[],
): ReadonlySet<string> {
  const reached = new Set(
    workflows.filter(({ workflow }) => triggers(workflow).includes("pull_request")).map(({ file }) => file),
  );
  for (const file of reached) {
    const jobs = workflows.find((each) => each.file === file)?.workflow.jobs ?? {};
    for (const { uses } of Object.values(jobs))
      if (uses?.startsWith("./.github/")) reached.add(uses.slice("./.github/".length));
  }
  return reached;
}

/** A job that runs a pull request's code may have nothing that is worth taking. */
function exposed(at: string, job: Job): readonly string[] {
  const inner = job.uses === undefined;
  return [
    ...(hasSecrets(job) ? [`${at}: a pull request's code has secrets`] : []),
    ...(job.environment !== undefined ? [`${at}: a pull request's code runs in an environment`] : []),
    ...(inner && job["runs-on"] !== HOSTED_RUNNER
      ? [`${at}: a pull request's code runs elsewhere than on a hosted runner`]
      : []),
    ...(json(job.permissions).includes("write") ? [`${at}: a pull request's code may write`] : []),
  ];
}

function problemsOfJob(at: string, job: Job, on: readonly string[]): readonly string[] {
  const steps = job.steps ?? [];
  const guarded = hasSecrets(job) && job.uses === undefined;
  const checkouts = steps.filter(({ uses }) => uses?.startsWith("actions/checkout@"));
  const allowed = MAY_WRITE[at] ?? { contents: "read" };
  return [
    ...(json(job.permissions) !== json(allowed) ? [`${at}: permissions are ${json(job.permissions)}`] : []),
    ...(job.uses === undefined && !((job["timeout-minutes"] ?? 0) > 0) ? [`${at}: may run for ever`] : []),
    ...(/secrets\./.test(json(job.env)) ? [`${at}: secrets for all steps`] : []),
    ...(guarded && !(job.if ?? "").endsWith(GUARD) ? [`${at}: has secrets on any branch`] : []),
    ...(guarded && /\|\|/.test((job.if ?? "").replace(/\([^()]*\)/g, ""))
      ? [`${at}: its condition has a way round the branch`]
      : []),
    ...(guarded && job["runs-on"] !== GUARDED_RUNNER
      ? [`${at}: has secrets and runs on another runner than those for deployments`]
      : []),
    ...(guarded && job.environment === undefined ? [`${at}: has secrets that no environment guards`] : []),
    ...(steps.some(({ uses }) => uses === ENGINE) && !endsWithRemoval(steps)
      ? [`${at}: leaves the ssh key behind`]
      : []),
    ...(on.includes("workflow_run") &&
    checkouts.some((step) => step.with?.ref !== undefined || step.with?.repository !== undefined)
      ? [`${at}: checks out what a pull request chose`]
      : []),
    ...(on.includes("workflow_run") &&
    steps.some(({ uses, run }) => uses?.endsWith("/project") || /\bnpm (ci|install|run)\b/.test(run ?? ""))
      ? [`${at}: installs or runs packages where it may write`]
      : []),
  ];
}

function endsWithRemoval(steps: readonly Step[]): boolean {
  const last = steps.at(-1);
  return last?.if === "always()" && last.run?.trim() === KEY_REMOVED;
}

function problemsOfStep(at: string, step: Step): readonly string[] {
  const checksOut = step.uses?.startsWith("actions/checkout@") === true;
  const downloads = step.uses?.startsWith("actions/download-artifact@") === true;
  return [
    ...(step.run?.includes("$" + "{{") ? [`${at}: an expression stands in a script`] : []),
    ...(checksOut && step.with?.["persist-credentials"] !== false ? [`${at}: a checkout keeps its token`] : []),
    ...(downloads && !/^\$\{\{ runner\.temp \}\}\//.test(String(step.with?.path))
      ? [`${at}: an artifact is unpacked into the checkout`]
      : []),
  ];
}

/** Other people's actions by commit, the version beside it; this project's by path. */
function unpinned(file: string, text: string): readonly string[] {
  const lines = text.split("\n").filter((line) => /^\s*(- )?uses:/.test(line));
  const used = lines.map((line) => line.replace(/^\s*(- )?uses:\s*/, ""));
  const good = /^(\.\/\.github\/[\w./-]+|[\w-]+\/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+)$/;
  return used.filter((each) => !good.test(each)).map((each) => `${file}: ${each} is not pinned`);
}
