import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { json } from "node:stream/consumers";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { reportDrift } from "../../../offline/comment/drift.ts";
import { post } from "../../../offline/comment/post.ts";

const SHA = "a".repeat(40);
const TOKEN = "canary-forge-token";
const DEV = "<!-- game-scheduler-otel preview dev -->";

interface Stored {
  readonly id: number;
  body: string;
  readonly by: "Bot" | "User";
}

/** What the fake forge holds and was asked. */
let comments: Stored[] = [];
let issues: { number: number; body: string; title: string; state: string; user: { type: string } }[] = [];
let pulls: { number: number; head: { sha: string } }[] = [];
let asked: string[] = [];
let server: Server;
let folder: string;

/** Enough of both APIs: GitHub's paths begin with /repos, GitLab's with /projects. Refuses a wrong token like the real ones. */
async function answer(method: string, url: URL, token: string | undefined, sent: unknown): Promise<unknown> {
  if (token !== TOKEN) return { status: 401, body: { message: "Bad credentials" } };
  const path = url.pathname;
  const body = sent as { body: string; title: string; state?: string };
  const page = Number(url.searchParams.get("page") ?? 1);
  const paged = <T>(all: readonly T[]) => all.slice((page - 1) * 100, page * 100);
  if (path === "/user") return { id: 7 };
  if (path.endsWith("/pulls")) return url.searchParams.get("head") === "someone:topic" ? paged(pulls) : [];
  if (method === "GET" && path.endsWith("/issues")) return paged(issues.filter(({ state }) => state === "open"));
  if (method === "POST" && path.endsWith("/issues")) {
    issues.push({ number: issues.length + 1, state: "open", user: { type: "Bot" }, ...body });
    return {};
  }
  const [, number] = /\/issues\/(\d+)$/.exec(path) ?? [];
  if (number !== undefined) return Object.assign(issues.find((issue) => issue.number === Number(number)) ?? {}, body);
  if (method === "GET") {
    return paged(comments).map(({ id, body: text, by }) => ({
      id,
      body: text,
      user: { type: by },
      author: { id: by === "Bot" ? 7 : 8 },
    }));
  }
  if (method === "POST") comments.push({ id: comments.length + 1, body: body.body, by: "Bot" });
  const [, id] = /(?:comments|notes)\/(\d+)$/.exec(path) ?? [];
  for (const comment of comments) if (comment.id === Number(id)) comment.body = body.body;
  return {};
}

beforeEach(async () => {
  [comments, issues, asked] = [[], [], []];
  pulls = [{ number: 12, head: { sha: SHA } }];
  folder = mkdtempSync(join(tmpdir(), "post-"));
  server = createServer(async (request, response) => {
    const url = new URL(request.url ?? "", "http://forge");
    const token = request.headers.authorization?.replace("Bearer ", "") ?? request.headers["private-token"];
    const sent = request.method === "GET" ? undefined : await json(request);
    asked.push(`${request.method} ${url.pathname}`);
    const answered = (await answer(request.method ?? "", url, String(token), sent)) as {
      status?: number;
      body?: unknown;
    };
    response.writeHead(answered.status ?? 200).end(JSON.stringify(answered.status ? answered.body : answered));
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
});
afterEach(() => {
  server.close();
  rmSync(folder, { recursive: true });
});

const at = () => `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

function gitHubEnv(more: Readonly<Record<string, string>> = {}, repository = "owner/name") {
  const head = { full_name: repository, owner: { login: "someone" } };
  const event = { workflow_run: { head_sha: SHA, head_branch: "topic", head_repository: head } };
  writeFileSync(join(folder, "event.json"), JSON.stringify(event));
  return {
    GITHUB_TOKEN: TOKEN,
    GITHUB_REPOSITORY: "owner/name",
    GITHUB_API_URL: at(),
    GITHUB_EVENT_PATH: join(folder, "event.json"),
    ...more,
  };
}

const gitLabEnv = () => ({
  GITLAB_CI: "true",
  GITLAB_TOKEN: TOKEN,
  CI_API_V4_URL: at(),
  CI_PROJECT_ID: "5",
  CI_MERGE_REQUEST_IID: "12",
});

const comment = (text: string) => writeFileSync(join(folder, "dev.md"), `${DEV}\n${text}\n`);

async function posted(env: Readonly<Record<string, string>>): Promise<readonly string[]> {
  const said: string[] = [];
  await post(folder, env, (line) => said.push(line));
  return said;
}

describe.each([
  ["GitHub", () => gitHubEnv(), "pull request 12 of owner/name"],
  ["GitLab", gitLabEnv, "merge request 12"],
] as const)("posting to %s", (_, env, place) => {
  test("makes one comment and edits it from then on", async () => {
    comment("first");
    expect(await posted(env())).toEqual([`created: ${DEV} below ${place}`]);
    expect(await posted(env())).toEqual([`unchanged: ${DEV} below ${place}`]);
    comment("second");
    expect(await posted(env())).toEqual([`edited: ${DEV} below ${place}`]);
    expect(comments.map(({ body }) => body)).toEqual([`${DEV}\nsecond\n`]);
  });

  test("finds it on a later page, and edits nothing that somebody else wrote", async () => {
    comments = Array.from({ length: 150 }, (_, index) => ({
      id: index + 1,
      body: `talk ${index}`,
      by: "User" as const,
    }));
    comments[3] = { id: 4, body: `${DEV}\nmine, says a user`, by: "User" };
    comments[140] = { id: 141, body: `${DEV}\nold`, by: "Bot" };
    comment("new");
    await posted(env());
    expect(comments).toHaveLength(150);
    expect([comments[3]?.body, comments[140]?.body]).toEqual([`${DEV}\nmine, says a user`, `${DEV}\nnew\n`]);
  });
});

describe("what the code under review left behind", () => {
  test("is said to be a fork's where it is", async () => {
    comment("text");
    await posted(gitHubEnv({}, "someone/name"));
    expect(comments[0]?.body).toBe(
      `${DEV}\n> [!NOTE]\n> Written by code of a fork, as it is in this pull request.\n\ntext\n`,
    );
  });

  test("goes nowhere when the pull request has moved on", async () => {
    pulls = [{ number: 12, head: { sha: "b".repeat(40) } }];
    comment("text");
    expect(await posted(gitHubEnv())).toEqual([
      "No open pull request has this commit at its head: nothing to comment.",
    ]);
    expect(asked).toEqual(["GET /repos/owner/name/pulls"]);
  });

  test("is refused without a marker, too long, or too many", async () => {
    writeFileSync(join(folder, "dev.md"), "Approved by the security team");
    await expect(posted(gitHubEnv())).rejects.toThrow("dev.md does not begin with the marker of a preview.");
    comment("x".repeat(65_000));
    await expect(posted(gitHubEnv())).rejects.toThrow(/at most 65000 are allowed/);
    for (let index = 0; index < 21; index += 1) writeFileSync(join(folder, `${index}.md`), DEV);
    await expect(posted(gitHubEnv())).rejects.toThrow(/at most 20 are posted/);
    expect(asked).toEqual([]);
  });

  test("a folder that was never made is nothing to post", async () => {
    const said: string[] = [];
    expect(await post(join(folder, "absent"), gitHubEnv(), (line) => said.push(line))).toBe(0);
    expect(said).toEqual(["No previews were left behind: nothing to comment."]);
  });

  test("a refusal names the call and the reason, not the token", async () => {
    comment("text");
    const refused = posted(gitHubEnv({ GITHUB_TOKEN: "wrong-canary" }));
    await expect(refused).rejects.toThrow("GET /repos/owner/name/pulls was answered 401 (Bad credentials).");
  });
});

describe("drift", () => {
  const report = async (output: string | undefined) => {
    const said: string[] = [];
    await reportDrift("prod", output, gitHubEnv(), (line) => said.push(line));
    return said;
  };

  test("keeps one issue open for as long as it lasts", async () => {
    expect(await report(undefined)).toEqual(["unchanged: issue about drift of prod"]);
    expect(await report("~ api")).toEqual(["created: issue about drift of prod"]);
    expect(await report("~ api ~ bot")).toEqual(["edited: issue about drift of prod"]);
    expect(issues.map(({ number, state }) => [number, state])).toEqual([[1, "open"]]);
    expect(issues[0]?.body).toContain("~ api ~ bot");
    expect(await report(undefined)).toEqual(["closed: issue about drift of prod"]);
    expect(await report("~ bot")).toEqual(["created: issue about drift of prod"]);
    expect(issues.map(({ state }) => state)).toEqual(["closed", "open"]);
  });
});
