import { list, object, text } from "../../../../verify/json.ts";
import { type FakeServer, type Reply, serve } from "./server.ts";

/** One thing the fake application does wrong. */
export type Fault =
  | "refuses games"
  | "loses the game"
  | "never caches"
  | "overfills"
  | "mute command"
  | "no reminder"
  | "bot away";

interface Game {
  readonly id: string;
  readonly title: string;
  readonly max: number;
  readonly startsAt: number;
  readonly players: string[];
}

/** The example application as its README describes it, nginx and Discord simulator in one server, in memory. */
export function fakeApp(fault?: Fault): Promise<FakeServer> {
  const games: Game[] = [];
  const messages: string[] = [];
  let cached = false;
  const status = (game: Game): string => (game.players.length >= game.max ? "full" : "open");
  const shown = (game: Game) => ({ id: game.id, title: game.title, status: status(game), players: game.players });

  const create = (body: unknown): Reply => {
    const { title, starts_in_seconds, max_players } = object(body);
    if (fault === "refuses games" || typeof title !== "string" || typeof starts_in_seconds !== "number") {
      return { status: 422, body: { detail: "starts_in_seconds: field required" } };
    }
    const startsAt = Date.now() + 20 * starts_in_seconds;
    const game: Game = { id: `g${games.length}`, title, max: Number(max_players ?? 4), startsAt, players: [] };
    if (fault !== "loses the game") games.push(game);
    messages.push(`New game: ${title} starts soon`);
    cached = false;
    return { status: 201, body: shown(game) };
  };
  const join = (game: Game | undefined, body: unknown): Reply => {
    if (game === undefined) return { status: 404, body: { detail: "no such game" } };
    if (status(game) === "full" && fault !== "overfills") return { status: 409, body: { detail: "full" } };
    game.players.push(text(object(body).player));
    if (status(game) === "full") messages.push(`${game.title} is now full`);
    return { status: 200, body: shown(game) };
  };
  const command = ({ name, options, user }: Readonly<Record<string, unknown>>): Reply | undefined => {
    if (name !== "join") return undefined;
    const game = games.find(({ title }) => title === object(options).game);
    const joined = join(game, { player: user });
    const seats = `${game?.players.length}/${game?.max}`;
    const content = joined.status === 200 && fault !== "mute command" ? `You are in: ${game?.title} (${seats}).` : "";
    return { status: 200, body: { interaction_id: "1", content, elapsed_ms: 3 } };
  };
  const due = (): readonly string[] => {
    const started = games.filter(({ startsAt }) => startsAt <= Date.now());
    const reminders = fault === "no reminder" ? [] : started.map(({ title }) => `Starting now: ${title}`);
    return [...messages, ...reminders, ...started.map(({ title }) => `${title} is now running`)];
  };

  return serve((method, url, body) => {
    const [, id, action] = /^\/api\/games\/(\w+)(?:\/(join))?$/.exec(url.pathname) ?? [];
    const game = games.find((one) => one.id === id);
    switch (`${method} ${id === undefined ? url.pathname : `game ${action ?? ""}`}`) {
      case "GET /api/games": {
        const headers = { "x-cache": cached && fault !== "never caches" ? "hit" : "miss" };
        cached = true;
        return { status: 200, body: { games: games.map(shown) }, headers };
      }
      case "POST /api/games":
        return create(body);
      case "GET game ":
        return game && { status: 200, body: shown(game) };
      case "POST game join":
        return join(game, body);
      case "GET /control/health":
        return {
          status: 200,
          body: { status: "ok", bot_connected: fault !== "bot away", commands: ["create", "games", "join"] },
        };
      case "GET /control/messages": {
        const wanted = url.searchParams.get("contains") ?? "";
        return {
          status: 200,
          body: {
            messages: due()
              .filter((content) => content.includes(wanted))
              .map((content) => ({ content })),
          },
        };
      }
      case "POST /otel/v1/traces":
        return { status: list(object(body).resourceSpans).length === 1 ? 200 : 400, body: {} };
      case "POST /control/command":
        return command(object(body));
      default:
        return undefined;
    }
  });
}
