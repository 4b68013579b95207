import { type Api, apiAt, record } from "./api.ts";
import type { Thread } from "./thread.ts";

export interface GitHubPlace {
  readonly api: Api;
  /** `owner/name` */
  readonly repository: string;
}

type Env = Readonly<Record<string, string | undefined>>;

/** @throws Error, one sentence, without the token */
export function gitHub(env: Env): GitHubPlace {
  const { GITHUB_TOKEN: token, GITHUB_REPOSITORY: repository, GITHUB_API_URL: root = "https://api.github.com" } = env;
  if (!token || !repository) throw new Error("GITHUB_TOKEN and GITHUB_REPOSITORY must be set: run this in a workflow.");
  return { repository, api: apiAt(root, { authorization: `Bearer ${token}`, "x-github-api-version": "2022-11-28" }) };
}

/** A pull request, and whether its code comes from another repository. */
export interface PullRequest {
  readonly number: number;
  readonly fromFork: boolean;
}

/**
 * The open pull request a workflow run was about. It is looked up by what GitHub itself says of the run, never by what the run's own code
 * left behind; `undefined` when its branch has moved on or the pull request is closed.
 */
export async function pullRequestOf(place: GitHubPlace, event: unknown): Promise<PullRequest | undefined> {
  const run = record(record(event).workflow_run);
  const head = record(run.head_repository);
  const owner = record(head.owner).login;
  if (typeof owner !== "string" || typeof run.head_branch !== "string" || typeof run.head_sha !== "string") {
    throw new Error("The event names no workflow run: call this in a workflow that workflow_run starts.");
  }
  const query = new URLSearchParams({ state: "open", head: `${owner}:${run.head_branch}` });
  const open = await place.api.pages(`/repos/${place.repository}/pulls?${query}`);
  const found = open.find((pull) => record(pull.head).sha === run.head_sha);
  return found === undefined
    ? undefined
    : { number: Number(found.number), fromFork: head.full_name !== place.repository };
}

/** What is said below a pull request. */
export function pullRequestThread({ api, repository }: GitHubPlace, number: number): Thread {
  const issue = `/repos/${repository}/issues/${number}`;
  return {
    name: `pull request ${number} of ${repository}`,
    list: async () =>
      (await api.pages(`${issue}/comments`)).map(({ id, body, user }) => ({
        id: Number(id),
        body: String(body ?? ""),
        mine: record(user).type === "Bot",
      })),
    create: async (body) => void (await api.send("POST", `${issue}/comments`, { body })),
    edit: async (id, body) => void (await api.send("PATCH", `/repos/${repository}/issues/comments/${id}`, { body })),
  };
}
