import { describe, expect, test } from "vitest";
import { containers, leftovers } from "./support/docker.ts";
import { npmStop, npmVerify } from "./support/stack.ts";

describe("npm stop", () => {
  test("removes every container and keeps the data", async () => {
    const stopped = await npmStop();
    expect(stopped.code, stopped.all).toBe(0);
    expect(await containers()).toEqual([]);
    expect((await leftovers()).some((name) => name.includes("postgres"))).toBe(true);
  });

  test("with --volumes leaves nothing at all", async () => {
    const stopped = await npmStop("--volumes");
    expect(stopped.code, stopped.all).toBe(0);
    expect(await containers()).toEqual([]);
    expect(await leftovers()).toEqual([]);
  });

  test("leaves verify with one sentence that says what to do", async () => {
    const failure = await npmVerify().catch((error: Error) => error.message);
    expect(failure).toMatch(/No running stack found \(.*\): run npm start -- --stack \S+ first/);
  });
});
