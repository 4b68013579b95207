/** A game as the API shows it. */
export interface Game {
  readonly id: string;
  readonly title: string;
  readonly status: "open" | "full" | "running" | "finished";
  readonly starts_at: string;
  readonly reminded_at: string | null;
  readonly max_players: number;
  readonly players: readonly string[];
}

export interface NewGame {
  readonly title: string;
  readonly starts_in_seconds: number;
  readonly max_players: number;
}

export const listGames = async (): Promise<readonly Game[]> => (await ask<{ games: readonly Game[] }>("")).games;

export const createGame = (game: NewGame): Promise<Game> => ask("", game);

export const joinGame = (id: string, player: string): Promise<Game> => ask(`/${id}/join`, { player });

/** @throws Error with what the API says is wrong */
async function ask<Answer>(path: string, body?: object): Promise<Answer> {
  const post = { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(body) };
  const answer = await fetch(`/api/games${path}`, body && post);
  const json = await answer.json().catch(() => ({}));
  if (answer.ok) return json;
  const detail = typeof json.detail === "string" ? json.detail : json.detail?.[0]?.msg;
  throw new Error(detail ?? `the API answered ${answer.status}`);
}
