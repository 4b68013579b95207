import { apiAt, record } from "./api.ts";
import type { Thread } from "./thread.ts";

type Env = Readonly<Record<string, string | undefined>>;

/**
 * What is said below the merge request of this pipeline. `GITLAB_TOKEN` is a project access token (scope api): the job's own token may
 * not write notes.
 * @throws Error, one sentence, without the token
 */
export function mergeRequestThread(env: Env): Thread {
  const { GITLAB_TOKEN: token, CI_API_V4_URL: root, CI_PROJECT_ID: project, CI_MERGE_REQUEST_IID: number } = env;
  if (!root || !project || !number)
    throw new Error("This is no merge request pipeline: CI_MERGE_REQUEST_IID is unset.");
  if (!token) throw new Error("GITLAB_TOKEN is unset: give the project an access token with scope api.");
  const api = apiAt(root, { "private-token": token });
  const notes = `/projects/${project}/merge_requests/${number}/notes`;
  return {
    name: `merge request ${number}`,
    list: async () => {
      const me = record(await api.get("/user")).id;
      return (await api.pages(notes)).map(({ id, body, author }) => ({
        id: Number(id),
        body: String(body ?? ""),
        mine: record(author).id === me,
      }));
    },
    create: async (body) => void (await api.send("POST", notes, { body })),
    edit: async (id, body) => void (await api.send("PUT", `${notes}/${id}`, { body })),
  };
}
