/** How the Game Scheduler is used, through nginx and the simulated Discord: for `npm start`, `npm run verify -- --drive` and `npm run soak`. */
import type { Answer, App, Drive } from "../verify/drive.ts";
import { commandEdge, functionEdge, messageEdge, outboundEdge, requestEdge, scheduleEdge } from "../verify/edges.ts";
import { list, object, text } from "../verify/json.ts";
import { visit } from "./visitor.ts";

/** How many games the list shows at most. */
const pageOfGames = 50;

export default {
  seconds: 15,
  edges: [
    requestEdge("frontend", "api"),
    messageEdge("api", "bot"),
    messageEdge("api", "notification"),
    messageEdge("api", "status"),
    messageEdge("notification", "bot"),
    messageEdge("status", "bot"),
    outboundEdge("bot", "Discord"),
    commandEdge("bot"),
    scheduleEdge("notification"),
    functionEdge("notification", "announce_due"),
    scheduleEdge("status"),
  ],
  // it only opens its connection
  idle: ["notification -> Redis"],
  use: useGames,
  light: (app, turn) => {
    const games = app.url("frontend", "/api/games");
    // far ahead, so that no reminder of theirs is due while anybody looks
    return turn % 20 === 0
      ? app.attempt("POST", games, { title: `Light ${turn}`, starts_in_seconds: 86_400 })
      : app.attempt("GET", games);
  },
} satisfies Drive;

/** A game is created, announced, listed, joined until full (once by a slash command), started, and its reminder delivered when it is due. */
async function useGames({ url, step, request, attempt, eventually, expect }: App): Promise<void> {
  const games = url("frontend", "/api/games");
  const message = (content: string): Promise<true> =>
    eventually(`Discord to show "${content}"`, async () => {
      const shown = await request("GET", url("discord", "/control/messages", { contains: content }));
      return list(object(shown.body).messages).length > 0 ? true : undefined;
    });

  const title = `Drive ${Date.now().toString(36)}`;

  await step("the API answered through nginx", () =>
    eventually("nginx to answer /api/games with 200", async () =>
      (await attempt("GET", games))?.status === 200 ? true : undefined,
    ),
  );
  await step("the bot was connected to Discord", () =>
    eventually("the bot to connect and offer its commands", async () => {
      const health = object((await attempt("GET", url("discord", "/control/health")))?.body);
      return health.bot_connected === true && list(health.commands).includes("join") ? true : undefined;
    }),
  );
  const visitor = visit("POST", games);
  const id = await step("a game was created", async () => {
    const game = { title, starts_in_seconds: 5, max_players: 2 };
    const created = await request("POST", games, game, visitor.headers);
    const made = object(created.body);
    expect("creating a game", "status 201 and an open game", created.status === 201 && made.status === "open", created);
    return text(made.id);
  });
  await step("nginx took in what the page's script said of it", async () => {
    const taken = await request("POST", url("frontend", "/otel/v1/traces"), visitor.report(201));
    expect("reporting a request as a page does", "status 200", taken.status === 200, taken);
  });
  await step("the bot announced it", () => message(`New game: ${title}`));
  await step("it was listed, the second time from the cache", async () => {
    const lists = async (): Promise<Answer> => {
      const listed = await request("GET", games);
      const titles = list(object(listed.body).games).map((game) => object(game).title);
      // Those that start last come first: with a full page of games further ahead, ours may be on no page.
      const holds = titles.includes(title) || titles.length >= pageOfGames;
      expect("listing games", `"${title}" among them`, listed.status === 200 && holds, listed);
      return listed;
    };
    await lists();
    const again = await lists();
    expect("listing games again", "the header x-cache: hit", again.headers.get("x-cache") === "hit", again);
  });
  await step("a player joined through nginx", async () => {
    const joined = await request("POST", url("frontend", `/api/games/${id}/join`), { player: "Ada" });
    const players = list(object(joined.body).players);
    expect("joining", "status 200 and Ada as a player", joined.status === 200 && players.includes("Ada"), joined);
  });
  await step("another joined by the slash command /join", async () => {
    const command = { name: "join", options: { game: title }, user: "Grace" };
    const answer = await request("POST", url("discord", "/control/command"), command);
    const content = text(object(answer.body).content);
    const holds = answer.status === 200 && content.includes(title) && content.includes("2/2");
    expect("the slash command /join", `"${title} (2/2)" in the answer`, holds, answer);
  });
  await step("it was full and refused a third player", async () => {
    await message(`${title} is now full`);
    const late = await request("POST", url("frontend", `/api/games/${id}/join`), { player: "Linus" });
    expect("joining a full game", "status 409", late.status === 409, late);
  });
  await step("the due reminder was delivered", () => message(`Starting now: ${title}`));
  await step("the status daemon started the game", () => message(`${title} is now running`));
}
