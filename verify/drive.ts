import { setTimeout as sleep } from "node:timers/promises";
import { at } from "./http.ts";
import { type Json, list, object, text } from "./json.ts";

export interface DriveOptions {
  /** URL of nginx, e.g. http://127.0.0.1:8080. */
  readonly frontend: string;
  /** URL of the simulated Discord, e.g. http://127.0.0.1:8090. */
  readonly simulator: string;
  /** Ends the drive early. */
  readonly signal?: AbortSignal;
  /** Called after each step, for progress. */
  readonly onStep?: (step: DriveStep) => void;
  /** How long the application may take to become ready, and a message to arrive. Default: 30 s. */
  readonly patienceSeconds?: number;
}

export interface DriveStep {
  /** What was done and what came of it, in the past tense. */
  readonly did: string;
  readonly seconds: number;
}

/** How many games the list shows at most. */
const pageOfGames = 50;

/**
 * Uses the application as people do, through nginx and Discord, and checks what the business expects of each step: a game is
 * created, announced, listed, joined until full (once by a slash command), started, and its reminder delivered when it is due.
 *
 * @throws Error, one sentence naming the step and what was expected, when a step does not do what it should
 */
export async function driveApp(options: DriveOptions): Promise<readonly DriveStep[]> {
  const { frontend, simulator } = options;
  const patienceMs = (options.patienceSeconds ?? 30) * 1000;
  const steps: DriveStep[] = [];
  const step = async <T>(did: string, work: () => Promise<T>): Promise<T> => {
    options.signal?.throwIfAborted();
    const begun = Date.now();
    const value = await work();
    const done = { did, seconds: (Date.now() - begun) / 1000 };
    steps.push(done);
    options.onStep?.(done);
    return value;
  };
  const request = (method: "GET" | "POST", url: URL, body?: Json): Promise<Answer> =>
    call(method, url, body, options.signal);
  const eventually = <T>(what: string, attempt: () => Promise<T | undefined>): Promise<T> =>
    until(what, attempt, patienceMs, options.signal);
  const message = (content: string): Promise<true> =>
    eventually(`Discord to show "${content}"`, async () => {
      const shown = await request("GET", at(simulator, "/control/messages", { contains: content }));
      return list(object(shown.body).messages).length > 0 ? true : undefined;
    });

  const title = `Drive ${Date.now().toString(36)}`;

  await step("the API answered through nginx", () =>
    eventually("nginx to answer /api/games with 200", async () =>
      (await attempted(request("GET", at(frontend, "/api/games"))))?.status === 200 ? true : undefined,
    ),
  );
  await step("the bot was connected to Discord", () =>
    eventually("the bot to connect and offer its commands", async () => {
      const health = object((await attempted(request("GET", at(simulator, "/control/health"))))?.body);
      return health.bot_connected === true && list(health.commands).includes("join") ? true : undefined;
    }),
  );
  const id = await step("a game was created", async () => {
    const created = await request("POST", at(frontend, "/api/games"), { title, starts_in_seconds: 5, max_players: 2 });
    const game = object(created.body);
    expect("creating a game", "status 201 and an open game", created.status === 201 && game.status === "open", created);
    return text(game.id);
  });
  await step("the bot announced it", () => message(`New game: ${title}`));
  await step("it was listed, the second time from the cache", async () => {
    const lists = async (): Promise<Answer> => {
      const listed = await request("GET", at(frontend, "/api/games"));
      const titles = list(object(listed.body).games).map((game) => object(game).title);
      // Those that start last come first: with a full page of games further ahead, ours may be on no page.
      const holds = titles.includes(title) || titles.length >= pageOfGames;
      expect("listing games", `"${title}" among them`, listed.status === 200 && holds, listed);
      return listed;
    };
    await lists();
    const again = await lists();
    expect("listing games again", "the header x-cache: hit", again.cache === "hit", again);
  });
  await step("a player joined through nginx", async () => {
    const joined = await request("POST", at(frontend, `/api/games/${id}/join`), { player: "Ada" });
    const players = list(object(joined.body).players);
    expect("joining", "status 200 and Ada as a player", joined.status === 200 && players.includes("Ada"), joined);
  });
  await step("another joined by the slash command /join", async () => {
    const command = { name: "join", options: { game: title }, user: "Grace" };
    const answer = await request("POST", at(simulator, "/control/command"), command);
    const content = text(object(answer.body).content);
    const holds = answer.status === 200 && content.includes(title) && content.includes("2/2");
    expect("the slash command /join", `"${title} (2/2)" in the answer`, holds, answer);
  });
  await step("it was full and refused a third player", async () => {
    await message(`${title} is now full`);
    const late = await request("POST", at(frontend, `/api/games/${id}/join`), { player: "Linus" });
    expect("joining a full game", "status 409", late.status === 409, late);
  });
  await step("the due reminder was delivered", () => message(`Starting now: ${title}`));
  await step("the status daemon started the game", () => message(`${title} is now running`));
  return steps;
}

interface Answer {
  readonly status: number;
  readonly body: unknown;
  /** Header x-cache. */
  readonly cache: string | null;
}

async function call(method: string, url: URL, body: Json | undefined, signal?: AbortSignal): Promise<Answer> {
  const deadline = AbortSignal.timeout(15_000);
  try {
    const response = await fetch(url, {
      method,
      signal: signal === undefined ? deadline : AbortSignal.any([deadline, signal]),
      ...(body === undefined ? {} : { headers: { "content-type": "application/json" }, body: JSON.stringify(body) }),
    });
    const content = await response.text();
    return { status: response.status, body: parsed(content), cache: response.headers.get("x-cache") };
  } catch (error) {
    signal?.throwIfAborted();
    throw new Error(
      `${method} ${url.href} was not answered (${error instanceof Error ? error.message : String(error)}).`,
    );
  }
}

function parsed(content: string): unknown {
  try {
    return JSON.parse(content);
  } catch {
    return content;
  }
}

function expect(doing: string, expected: string, holds: boolean, answer: Answer): void {
  if (holds) return;
  const got = `${answer.status} ${JSON.stringify(answer.body).slice(0, 200)}`;
  throw new Error(`Driving the app failed at ${doing}: expected ${expected}, got ${got}.`);
}

/** Tries again and again; an attempt that gives `undefined` is one that is not there yet. */
async function until<T>(
  what: string,
  attempt: () => Promise<T | undefined>,
  patienceMs: number,
  signal?: AbortSignal,
): Promise<T> {
  const deadline = Date.now() + patienceMs;
  for (;;) {
    signal?.throwIfAborted();
    const value = await attempt();
    if (value !== undefined) return value;
    if (Date.now() > deadline) throw new Error(`Driving the app failed: waited ${patienceMs / 1000} s for ${what}.`);
    await sleep(250);
  }
}

/** While the application is still starting, a refused connection is only "not yet". */
async function attempted(answer: Promise<Answer>): Promise<Answer | undefined> {
  return answer.catch(() => undefined);
}
