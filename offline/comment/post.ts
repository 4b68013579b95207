/**
 * `node offline/comment/post.ts FOLDER`: makes every .md file of the folder the one comment with its marker, below the pull request that
 * the event of this workflow is about (GitHub) or the merge request of this pipeline (GitLab). Needs no packages.
 */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { runCommand } from "../../cli/command.ts";
import { gitHub, pullRequestOf, pullRequestThread } from "./forge/github.ts";
import { mergeRequestThread } from "./forge/gitlab.ts";
import { keepOne, type Thread } from "./forge/thread.ts";
import { markerOf } from "./marker.ts";

type Env = Readonly<Record<string, string | undefined>>;

/** No job of ours writes more. */
const MOST = 20;
const LONGEST = 65_000;

/** Posts them and gives the exit code. @throws Error, one sentence */
export async function post(folder: string, env: Env, say: (line: string) => void): Promise<number> {
  const bodies = commentsIn(folder);
  if (bodies.length === 0) {
    say("No previews were left behind: nothing to comment.");
    return 0;
  }
  const target = await targetOf(env);
  if (target === undefined) {
    say("No open pull request has this commit at its head: nothing to comment.");
    return 0;
  }
  for (const body of bodies) {
    const outcome = await keepOne(target.thread, target.fromFork ? withOrigin(body) : body);
    say(`${outcome}: ${markerOf(body)} below ${target.thread.name}`);
  }
  return 0;
}

async function targetOf(env: Env): Promise<{ readonly thread: Thread; readonly fromFork: boolean } | undefined> {
  if (env.GITLAB_CI === "true") return { thread: mergeRequestThread(env), fromFork: false };
  const place = gitHub(env);
  const event: unknown = JSON.parse(readFileSync(env.GITHUB_EVENT_PATH ?? "", "utf8"));
  const pull = await pullRequestOf(place, event);
  return pull && { thread: pullRequestThread(place, pull.number), fromFork: pull.fromFork };
}

/** The files were written by the code under review, so they are checked before they are posted in this program's name. */
function commentsIn(folder: string): readonly string[] {
  if (!existsSync(folder)) return [];
  const files = readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".md"))
    .sort();
  if (files.length > MOST) throw new Error(`${folder} holds ${files.length} comments, at most ${MOST} are posted.`);
  return files.map((file) => {
    const body = readFileSync(join(folder, file), "utf8");
    if (markerOf(body) === undefined) throw new Error(`${file} does not begin with the marker of a preview.`);
    if (body.length > LONGEST)
      throw new Error(`${file} has ${body.length} characters, at most ${LONGEST} are allowed.`);
    return body;
  });
}

/** Behind the marker, where the code of the fork cannot remove it. */
function withOrigin(body: string): string {
  const [first = "", ...rest] = body.split("\n");
  return [first, "> [!NOTE]", "> Written by code of a fork, as it is in this pull request.", "", ...rest].join("\n");
}

if (import.meta.main) {
  const help = "node offline/comment/post.ts FOLDER";
  await runCommand({ name: "post", help }, async ([folder, ...others]) => {
    if (folder === undefined || others.length > 0) throw new Error(`Usage: ${help}`);
    return post(folder, process.env, console.log);
  });
}
