import net from "node:net";
import { expect, test } from "vitest";
import { startIntake } from "../../../difference/record/intake.ts";

const HEAD = "POST /v1/traces HTTP/1.1\r\nHost: here\r\nContent-Type: application/json\r\n";

/** Sends a beginning to a port and closes, or waits for the status of the answer. */
function send(port: number, text: string, close: boolean): Promise<string> {
  return new Promise((resolve) => {
    const socket = net.connect(port, "127.0.0.1", () => socket.write(text, () => close && socket.destroy()));
    socket.once("data", (answer) => {
      resolve(answer.toString().slice(9, 12));
      socket.destroy();
    });
    socket.once("close", () => resolve("closed"));
  });
}

test("a request that breaks off, or is not what it says, does not end a recording", async () => {
  const taken: string[] = [];
  const unhandled: unknown[] = [];
  const note = (reason: unknown) => unhandled.push(reason);
  process.on("unhandledRejection", note);
  const port = 20_000 + (process.pid % 10_000);
  const close = await startIntake("127.0.0.1", port, (_, body) => taken.push(body) > 0);
  expect(await send(port, `${HEAD}Content-Length: 100\r\n\r\n{"resource`, true)).toBe("closed");
  expect(await send(port, `${HEAD}Content-Encoding: gzip\r\nContent-Length: 2\r\n\r\n{}`, false)).toBe("400");
  expect(await send(port, `${HEAD}Content-Length: 2\r\n\r\n{}`, false)).toBe("200");
  await close();
  process.off("unhandledRejection", note);
  expect(taken).toEqual(["{}"]);
  expect(unhandled).toEqual([]);
});
