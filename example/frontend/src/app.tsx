import { useCallback, useEffect, useRef, useState } from "react";
import { createGame, type Game, joinGame, listGames, type NewGame } from "./api.ts";
import { GameCard } from "./game-card.tsx";
import { NewGameForm } from "./new-game.tsx";

const REFRESH_MS = 4000;
const NOTICE_MS = 6000;

interface Notice {
  readonly text: string;
  readonly isError: boolean;
}

/** Shows the games that the API knows, and sends what a person wants of them. */
export function App() {
  const [games, setGames] = useState<readonly Game[]>([]);
  const [notice, setNotice] = useState<Notice>();
  const [player, setPlayer] = useState(() => localStorage.getItem("player") ?? "");
  const playerField = useRef<HTMLInputElement>(null);

  const fail = useCallback((what: string, error: unknown) => {
    setNotice({ text: `${what}: ${error instanceof Error ? error.message : error}`, isError: true });
  }, []);
  const refresh = useCallback(async () => {
    try {
      setGames(await listGames());
    } catch (error) {
      fail("The games cannot be shown", error);
    }
  }, [fail]);

  useEffect(() => {
    const whileSeen = (): void => {
      if (!document.hidden) void refresh();
    };
    whileSeen();
    const timer = setInterval(whileSeen, REFRESH_MS);
    document.addEventListener("visibilitychange", whileSeen);
    return () => {
      clearInterval(timer);
      document.removeEventListener("visibilitychange", whileSeen);
    };
  }, [refresh]);
  useEffect(() => {
    if (notice === undefined) return;
    const timer = setTimeout(() => setNotice(undefined), NOTICE_MS);
    return () => clearTimeout(timer);
  }, [notice]);

  async function create(wanted: NewGame): Promise<boolean> {
    try {
      const game = await createGame(wanted);
      setNotice({ text: `${game.title} is on.`, isError: false });
      await refresh();
      return true;
    } catch (error) {
      fail("Not created", error);
      return false;
    }
  }

  async function join(game: Game): Promise<void> {
    if (player.trim() === "") {
      setNotice({ text: "Tell your name first.", isError: true });
      playerField.current?.focus();
      return;
    }
    try {
      await joinGame(game.id, player.trim());
      setNotice({ text: `You are in: ${game.title}.`, isError: false });
      await refresh();
    } catch (error) {
      fail("Not joined", error);
    }
  }

  function rename(name: string): void {
    setPlayer(name);
    localStorage.setItem("player", name.trim());
  }

  return (
    <>
      <a className="skip" href="#games">
        Skip to the games
      </a>
      <header>
        <img src="/icon.svg" alt="" width="40" height="40" />
        <div>
          <h1>Game Scheduler</h1>
          <p>Call for a game, join one, be reminded in Discord when it starts.</p>
        </div>
      </header>
      <main>
        <section className="panel" aria-labelledby="new-heading">
          <h2 id="new-heading">Call for a game</h2>
          <NewGameForm onCreate={create} />
          <label className="name">
            Your name, for joining
            <input
              id="player"
              ref={playerField}
              value={player}
              onChange={({ target }) => rename(target.value)}
              maxLength={64}
              autoComplete="nickname"
              placeholder="Ann"
            />
          </label>
        </section>
        <section aria-labelledby="games-heading">
          <div className="bar">
            <h2 id="games-heading">Games</h2>
            <p id="count">{games.length === 1 ? "1 game" : `${games.length} games`}</p>
          </div>
          <p id="notice" role="status" hidden={notice === undefined} className={notice?.isError ? "error" : ""}>
            {notice?.text}
          </p>
          <ul id="games" tabIndex={-1}>
            {games.map((game) => (
              <GameCard key={game.id} game={game} onJoin={join} />
            ))}
            {games.length === 0 && <li className="panel empty">No games yet. Call for the first one.</li>}
          </ul>
        </section>
      </main>
    </>
  );
}
