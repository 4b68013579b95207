import { request as httpRequest } from "node:http";
import { request as httpsRequest } from "node:https";
import type { Reply, Request } from "./probe.ts";

export type Send = (request: Request) => Promise<Reply>;

/** Sends one request. Never throws: a failed connection is `unreachable`, in the words of the operating system. */
export const send =
  (timeoutMs = 10_000): Send =>
  async (request) => {
    try {
      return await exchange(request, timeoutMs);
    } catch (error) {
      return { unreachable: reason(error instanceof Error ? error : new Error(String(error))) };
    }
  };

function exchange({ method, url, headers, body, tls }: Request, timeoutMs: number): Promise<Reply> {
  return new Promise((resolve, reject) => {
    const start = new URL(url).protocol === "https:" ? httpsRequest : httpRequest;
    const outgoing = start(url, { method, headers, ...tls, timeout: timeoutMs }, (response) => {
      let text = "";
      response.setEncoding("utf8").on("data", (chunk: string) => {
        text += chunk;
      });
      response.on("end", () => resolve({ status: response.statusCode ?? 0, body: parsed(text) }));
      response.on("error", reject);
    });
    outgoing.on("timeout", () => outgoing.destroy(new Error(`no answer within ${timeoutMs / 1000} s`)));
    outgoing.on("error", reject);
    outgoing.end(body);
  });
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function reason(error: Error & { readonly code?: string }): string {
  switch (error.code) {
    case "ENOTFOUND":
    case "EAI_AGAIN":
      return "its name is not known";
    case "ECONNREFUSED":
      return "nothing listens there";
    case "ERR_INVALID_CHAR":
      return "the credential holds a character that no header can carry, such as a newline";
    case undefined:
      return error.message;
    default:
      return error.code;
  }
}
