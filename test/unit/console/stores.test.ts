import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, expect, test } from "vitest";
import { getJson } from "../../../boards-page/stores/http.ts";

let asked = 0;
const server = createServer(({ url, socket }, response) => {
  asked += 1;
  if (url === "/refuses") response.writeHead(400).end("no such metric");
  else if (url === "/away" || asked === 1) socket.destroy();
  else response.end('{"data":[1]}');
});
let base: string;
beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => server.close());

test("a question whose connection was given up is asked once more", async () => {
  asked = 0;
  expect(await getJson(base, "/breaks", {})).toEqual({ data: [1] });
  expect(asked).toBe(2);
});

test("a store that is away twice does not answer, in one sentence", async () => {
  asked = 0;
  await expect(getJson(base, "/away", {})).rejects.toThrow(`${base} does not answer (fetch failed)`);
  expect(asked).toBe(2);
});

test("a store that refuses is not asked again", async () => {
  asked = 0;
  await expect(getJson(base, "/refuses", {})).rejects.toThrow(`${base}/refuses answered 400: no such metric`);
  expect(asked).toBe(1);
});
