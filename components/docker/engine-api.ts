import { type IncomingMessage, request } from "node:http";
import { buffer } from "node:stream/consumers";

/** What the engine says of a container. */
export interface ContainerState {
  /** What its health command found; undefined where it has none. */
  readonly health: string | undefined;
  /** How often the engine has started it again by itself. */
  readonly restarts: number;
  /** Of its last end. */
  readonly exitCode: number;
  /** Its environment, each as `NAME=value`. */
  readonly env: readonly string[];
}

/** @throws Error when the engine does not answer, or knows no such container. */
export async function containerState(engineSocket: string, container: string): Promise<ContainerState> {
  const answer = await asked(engineSocket, `/containers/${container}/json`);
  const { State, RestartCount, Config } = JSON.parse(answer.toString("utf8"));
  return {
    health: State?.Health?.Status,
    restarts: RestartCount ?? 0,
    exitCode: State?.ExitCode ?? 0,
    env: Config?.Env ?? [],
  };
}

/** The last lines that a container printed, at most `count`. @throws Error as `containerState` does. */
export async function lastLines(engineSocket: string, container: string, count: number): Promise<readonly string[]> {
  const frames = await asked(engineSocket, `/containers/${container}/logs?stdout=1&stderr=1&tail=${count}`);
  return textOf(frames)
    .split("\n")
    .map((line) => line.trimEnd())
    .filter((line) => line !== "");
}

/** A GET of the engine's API. */
async function asked(socketPath: string, path: string): Promise<Buffer> {
  const response = await new Promise<IncomingMessage>((resolve, reject) =>
    request({ socketPath, path, timeout: 10_000 }, resolve).on("error", reject).end(),
  );
  const body = await buffer(response);
  if (response.statusCode === 200) return body;
  throw new Error(`the engine answered ${response.statusCode} to ${path}: ${body.toString("utf8").trim()}`);
}

/** Of a log as the engine sends it: frames of 8 bytes, the last 4 of them a length, then that many bytes. */
function textOf(frames: Buffer): string {
  let text = "";
  for (let at = 0; at + 8 <= frames.length; at += 8 + frames.readUInt32BE(at + 4))
    text += frames.toString("utf8", at + 8, at + 8 + frames.readUInt32BE(at + 4));
  return text;
}
