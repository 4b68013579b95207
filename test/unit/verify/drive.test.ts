import { describe, expect, test } from "vitest";
import example from "../../../example/drive.ts";
import { type DriveStep, driveApp, loadDrive } from "../../../verify/drive.ts";
import { type Fault, fakeApp } from "./support/fake-app.ts";

const at = (url: string) => ({ frontend: url, discord: url });

async function drive(fault?: Fault): Promise<{ steps: readonly DriveStep[]; asked: readonly string[] }> {
  const app = await fakeApp(fault);
  try {
    return { steps: await driveApp(example, { published: at(app.url), patienceSeconds: 1 }), asked: app.asked };
  } finally {
    await app.close();
  }
}

describe("driving the app", () => {
  test("does what people do, and says so", async () => {
    const { steps, asked } = await drive();
    expect(steps.map(({ did }) => did)).toEqual([
      "the API answered through nginx",
      "the bot was connected to Discord",
      "a game was created",
      "nginx took in what the page's script said of it",
      "the bot announced it",
      "it was listed, the second time from the cache",
      "a player joined through nginx",
      "another joined by the slash command /join",
      "it was full and refused a third player",
      "the due reminder was delivered",
      "the status daemon started the game",
    ]);
    expect(asked.filter((address) => address === "POST /api/games")).toHaveLength(1);
    expect(asked.filter((address) => address === "POST /api/games/g0/join")).toHaveLength(2);
    expect(asked.filter((address) => address === "POST /control/command")).toHaveLength(1);
  });

  test.each<[Fault, RegExp]>([
    [
      "refuses games",
      /^Driving the app failed at creating a game: expected status 201 and an open game, got 422 \{"detail":"starts_in_seconds: field required"\}\.$/,
    ],
    [
      "loses the game",
      /^Driving the app failed at listing games: expected "Drive \w+" among them, got 200 \{"games":\[\]\}\.$/,
    ],
    ["never caches", /^Driving the app failed at listing games again: expected the header x-cache: hit, got 200 /],
    ["overfills", /^Driving the app failed at joining a full game: expected status 409, got 200 /],
    [
      "mute command",
      /^Driving the app failed at the slash command \/join: expected "Drive \w+ \(2\/2\)" in the answer, got 200 /,
    ],
    ["no reminder", /^Driving the app failed: waited 1 s for Discord to show "Starting now: Drive \w+"\.$/],
    ["bot away", /^Driving the app failed: waited 1 s for the bot to connect and offer its commands\.$/],
  ])("fails where the app %s", async (fault, sentence) => {
    await expect(drive(fault)).rejects.toThrow(sentence);
  });

  test("waits for an app that is not up yet, and no longer than asked", async () => {
    const begun = Date.now();
    const nowhere = "http://127.0.0.1:9";
    await expect(driveApp(example, { published: at(nowhere), patienceSeconds: 0.5 })).rejects.toThrow(
      "Driving the app failed: waited 0.5 s for nginx to answer /api/games with 200.",
    );
    expect(Date.now() - begun).toBeGreaterThanOrEqual(500);
  });

  test("ends when it is asked to", async () => {
    const app = await fakeApp("bot away");
    const signal = AbortSignal.timeout(100);
    await expect(driveApp(example, { published: at(app.url), signal })).rejects.toThrow(/timeout/);
    await app.close();
  });

  test("names the service that it needs and that is not published", async () => {
    await expect(driveApp(example, { published: { web: "http://127.0.0.1:9" } })).rejects.toThrow(
      "The drive uses frontend, which is not published. Published services: web.",
    );
  });
});

describe("the file that a stack names", () => {
  test.each(["example/drive.ts", "example-other/drive.ts"])("%s is a drive", async (file) => {
    expect(Object.keys(await loadDrive(file))).toEqual(expect.arrayContaining(["seconds", "edges", "use", "light"]));
  });

  test("is refused in one sentence when it is not there or is something else", async () => {
    await expect(loadDrive("example/nothing.ts")).rejects.toThrow(/^drive: example\/nothing\.ts cannot be loaded \(/);
    await expect(loadDrive("verify/edges.ts")).rejects.toThrow(
      "drive: verify/edges.ts has no default export with seconds, use, light and edges (type Drive of verify/drive.ts).",
    );
  });
});
