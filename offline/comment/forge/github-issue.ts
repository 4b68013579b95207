import { markerOf } from "../marker.ts";
import { record } from "./api.ts";
import type { GitHubPlace } from "./github.ts";
import type { Outcome } from "./thread.ts";

/**
 * Keeps one open issue for as long as its reason lasts: opens it, edits it, and closes it when `body` is undefined.
 * @param marker first line of the issue, by which it is found
 */
export async function keepIssue(
  { api, repository }: GitHubPlace,
  marker: string,
  title: string,
  body: string | undefined,
): Promise<Outcome | "closed"> {
  const open = await api.pages(`/repos/${repository}/issues?state=open`);
  const found = open.find(
    (issue) =>
      issue.pull_request === undefined &&
      record(issue.user).type === "Bot" &&
      markerOf(String(issue.body ?? "")) === marker,
  );
  if (found === undefined) {
    if (body === undefined) return "unchanged";
    await api.send("POST", `/repos/${repository}/issues`, { title, body });
    return "created";
  }
  const change = body === undefined ? { state: "closed", state_reason: "completed" } : { title, body };
  await api.send("PATCH", `/repos/${repository}/issues/${found.number}`, change);
  return body === undefined ? "closed" : "edited";
}
