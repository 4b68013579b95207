import { describe, expect, test } from "vitest";
import { Forecast } from "../../../images/forecast.ts";
import { type ImageName, PROGRAMS_SECONDS, SPECS } from "../../../images/specs.ts";

const seconds = (name: ImageName) => SPECS[name].local?.seconds ?? 0;
const images = (...entries: [ImageName, readonly ImageName[]][]) => new Map(entries);

describe("a forecast", () => {
  test("is the longest chain of what is left, not the sum", () => {
    const forecast = new Forecast(images(["base", []], ["redis", ["base"]], ["postgres", ["base"]]), () => 0);
    expect(forecast.secondsLeft()).toBe(seconds("base") + seconds("postgres"));
    expect(forecast.sentence()).toBe("0 of 3 images, about 2 min left");
  });

  test("counts the programs once, between the compiler and the images around them", () => {
    const forecast = new Forecast(images(["go", []], ["jaeger", ["go"]], ["collector", ["go"]]), () => 0);
    const { fetching, compiling } = PROGRAMS_SECONDS;
    expect(forecast.secondsLeft()).toBe(seconds("go") + fetching + compiling + seconds("jaeger"));
    expect(forecast.sentence()).toMatch(/^0 of 3 images/);
  });

  test("learns how fast this machine is", () => {
    let now = 0;
    const forecast = new Forecast(images(["base", []], ["redis", ["base"]]), () => now);
    forecast.begin("base", "debootstrap");
    now = 3 * seconds("base");
    forecast.ready("base");
    expect(forecast.secondsLeft()).toBeCloseTo(3 * seconds("redis"));
    expect(forecast.sentence()).toMatch(/^1 of 2 images/);
  });

  test("follows the share that a compilation says, for a build that continues too", () => {
    let now = 0;
    const forecast = new Forecast(images(["jaeger", []]), () => now);
    forecast.begin("jaeger", "fetching");
    now = 1;
    forecast.end("jaeger", "fetching");
    forecast.begin("jaeger", "compiling");
    forecast.at("jaeger", "compiling", 0.5);
    expect(forecast.secondsLeft()).toBeCloseTo(PROGRAMS_SECONDS.compiling / 2 + seconds("jaeger"));
    forecast.at("jaeger", "compiling", undefined);
    expect(forecast.secondsLeft()).toBeCloseTo(PROGRAMS_SECONDS.compiling / 2 + seconds("jaeger"));
  });

  test("never says that work which has overrun its time is done", () => {
    let now = 0;
    const forecast = new Forecast(images(["postgres", []]), () => now);
    forecast.begin("postgres", "building");
    now = 5;
    const before = forecast.secondsLeft();
    now = 1000;
    expect(before).toBe(seconds("postgres") - 5);
    expect(forecast.secondsLeft()).toBeGreaterThan(30);
    forecast.ready("postgres");
    expect(forecast.secondsLeft()).toBe(0);
  });
});
