import type { Game } from "./api.ts";
import { fromNow } from "./from-now.ts";

/** One game, with the seats taken and a button to join. */
export function GameCard({ game, onJoin }: { readonly game: Game; readonly onJoin: (game: Game) => void }) {
  const { title, status, players, max_players: seats } = game;
  const joinable = players.length < seats && status !== "finished";
  const taken = `${players.length} of ${seats} seats taken`;
  return (
    <li className="panel">
      <div className="card-head">
        <h3>{title}</h3>
        <span className={`badge ${status}`}>{status}</span>
      </div>
      <p className="when">
        {status === "open" || status === "full" ? "Starts " : "Started "}
        <time dateTime={game.starts_at}>{fromNow(game.starts_at)}</time>
        {game.reminded_at ? " · reminder sent" : ""}
      </p>
      <progress max={seats} value={players.length} aria-label={taken} />
      <p className="seats">{taken}</p>
      <p className="players">{players.join(", ")}</p>
      <button
        type="button"
        disabled={!joinable}
        aria-label={joinable ? `Join ${title}` : `${title}: no seat left`}
        onClick={() => onJoin(game)}
      >
        {joinable ? "Join" : "No seat left"}
      </button>
    </li>
  );
}
