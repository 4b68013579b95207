import type { IncomingMessage } from "node:http";
import { buffer } from "node:stream/consumers";
import { healthSaid } from "../../formats/health-said.ts";
import { type EngineAccess, get } from "./engine-connection.ts";

/** What the engine says of a container. */
export interface ContainerState {
  /** What its health command found; undefined where it has none. */
  readonly health: string | undefined;
  /** First line of what that command printed, or why it could not be run, which no log of the container says. */
  readonly healthSaid: string | undefined;
  /** Seconds since it was started last, by the engine's clock; undefined while it does not run. */
  readonly runsFor: number | undefined;
  /** How often the engine has started it again by itself. */
  readonly restarts: number;
  /** Of its last end. */
  readonly exitCode: number;
  /** Its environment, each as `NAME=value`. */
  readonly env: readonly string[];
}

/** @throws Error when the engine does not answer, or knows no such container. */
export async function containerState(engine: EngineAccess, container: string): Promise<ContainerState> {
  const { body, at } = await asked(engine, `/containers/${container}/json`);
  const { State, RestartCount, Config } = JSON.parse(body.toString("utf8"));
  return {
    health: State?.Health?.Status,
    healthSaid: healthSaid(State?.Health?.Log),
    runsFor: State?.Running && !State.Restarting ? (at - Date.parse(State.StartedAt)) / 1000 : undefined,
    restarts: RestartCount ?? 0,
    exitCode: State?.ExitCode ?? 0,
    env: Config?.Env ?? [],
  };
}

/** The last lines that a container printed, at most `count`. @throws Error as `containerState` does. */
export async function lastLines(engine: EngineAccess, container: string, count: number): Promise<readonly string[]> {
  const { body: frames } = await asked(engine, `/containers/${container}/logs?stdout=1&stderr=1&tail=${count}`);
  return textOf(frames)
    .split("\n")
    .map((line) => line.trimEnd())
    .filter((line) => line !== "");
}

/** What the engine answers, and the time by its own clock, in milliseconds. */
async function asked(engine: EngineAccess, path: string): Promise<{ readonly body: Buffer; readonly at: number }> {
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    const asking = get(engine, path, resolve);
    asking
      .on("error", reject)
      .on("timeout", () => asking.destroy(new Error("the engine does not answer")))
      .end();
  });
  const body = await buffer(response);
  if (response.statusCode === 200) return { body, at: Date.parse(response.headers.date ?? "") || Date.now() };
  throw new Error(`the engine answered ${response.statusCode} to ${path}: ${body.toString("utf8").trim()}`);
}

/** Of a log as the engine sends it: frames of 8 bytes, the last 4 of them a length, then that many bytes. */
function textOf(frames: Buffer): string {
  let text = "";
  for (let at = 0; at + 8 <= frames.length; at += 8 + frames.readUInt32BE(at + 4))
    text += frames.toString("utf8", at + 8, at + 8 + frames.readUInt32BE(at + 4));
  return text;
}
