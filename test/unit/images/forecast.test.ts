import { describe, expect, test } from "vitest";
import { Forecast } from "../../../images/forecast.ts";
import { neededBases } from "../../../images/plan.ts";
import { type ImageName, PROGRAMS_SECONDS, SPECS } from "../../../images/specs.ts";
import { packages } from "../../../images/steps/go-programs.ts";
import { halfBusy, quiet, type RecordedBuild } from "./recorded-builds.ts";

const seconds = (name: ImageName) => SPECS[name].local?.seconds ?? 0;
const images = (...entries: [ImageName, readonly ImageName[]][]) => new Map(entries);

describe("a forecast", () => {
  test("is the longest chain of what is left, not the sum", () => {
    const forecast = new Forecast(images(["base", []], ["redis", ["base"]], ["postgres", ["base"]]), () => 0);
    expect(forecast.secondsLeft()).toBe(seconds("base") + seconds("postgres"));
    expect(forecast.sentence()).toBe("0 of 3 images, about 50 s left");
  });

  test("counts the programs once, between the compiler and the images around them", () => {
    const forecast = new Forecast(images(["go", []], ["jaeger", ["go"]], ["collector", ["go"]]), () => 0);
    const { fetching, compiling } = PROGRAMS_SECONDS;
    expect(forecast.secondsLeft()).toBe(seconds("go") + fetching + compiling + seconds("jaeger"));
    expect(forecast.sentence()).toMatch(/^0 of 3 images/);
  });

  test("learns how fast this machine is, and believes it more and more", () => {
    let now = 0;
    const forecast = new Forecast(images(["base", []], ["redis", ["base"]]), () => now);
    forecast.begin("base", "debootstrap");
    now = 3 * seconds("base");
    forecast.ready("base");
    expect(forecast.secondsLeft() / seconds("redis")).toBeCloseTo(3 ** (seconds("base") / (seconds("base") + 15)));
    expect(forecast.sentence()).toMatch(/^1 of 2 images/);
  });

  test("follows the share that a compilation says, and does not take what an earlier build did for speed", () => {
    let now = 0;
    const forecast = new Forecast(images(["jaeger", []]), () => now);
    forecast.begin("jaeger", "fetching");
    now = 1;
    forecast.end("jaeger", "fetching");
    forecast.begin("jaeger", "compiling");
    forecast.at("jaeger", "compiling", 0.5);
    const left = 0.6 * (PROGRAMS_SECONDS.compiling / 2 + seconds("jaeger"));
    expect(forecast.secondsLeft()).toBeCloseTo(left);
    forecast.at("jaeger", "compiling", undefined);
    expect(forecast.secondsLeft()).toBeCloseTo(left);
  });

  test("never says that work which has overrun its time is done", () => {
    let now = 0;
    const forecast = new Forecast(images(["postgres", []]), () => now);
    forecast.begin("postgres", "building");
    now = 5;
    const before = forecast.secondsLeft();
    now = 1000;
    expect(before).toBe(seconds("postgres") - 5);
    expect(forecast.secondsLeft()).toBeGreaterThan(20);
    forecast.ready("postgres");
    expect(forecast.secondsLeft()).toBe(0);
  });
});

/** Moments, ten seconds apart, at which the forecast differed from the truth by more than 30 %, or ten seconds at the end. */
function wrongMoments({ took, begun, packages: all }: RecordedBuild): { readonly wrong: number; readonly of: number } {
  let now = 0;
  const made = took.map(([name]) => name).filter((name): name is ImageName => name in SPECS);
  const bases = (name: ImageName) => neededBases(name, "local").filter((base) => made.includes(base));
  const forecast = new Forecast(new Map(made.map((name) => [name, bases(name)])), () => now);
  const end = Math.max(...took.map(([, , to]) => to));
  const [, compiling = 0] = took.find(([name]) => name === "compiling") ?? [];
  const meter = packages();
  meter(`compiling ${all} of ${all} packages`);
  let told = 0;
  let wrong = 0;
  for (now = 0; now < end; now += 1) {
    for (const [name, from, to] of took) {
      const [image, step] = name in SPECS ? [name as ImageName, "building"] : (["collector", name] as const);
      if (from === now) forecast.begin(image, step);
      if (to === now && name in SPECS) forecast.ready(image);
      if (to === now) forecast.end(image, step);
    }
    const at = (now - compiling) / 10;
    const [before = 0, after = all] = [begun[Math.floor(at) - 1], begun[Math.floor(at)]];
    const count = at < 0 ? 0 : before + (after - before) * (at % 1);
    for (; told < count; told += 1) forecast.at("collector", "compiling", meter(`package/${told}`).done);
    const left = end - now;
    if (now % 10 === 0 && Math.abs(forecast.secondsLeft() - left) > Math.max(0.3 * left, 10)) wrong += 1;
  }
  return { wrong, of: Math.ceil(end / 10) };
}

describe("on recorded builds, the time left is right within 30 %", () => {
  test("always on two quiet cores, the last half minute aside", () => {
    expect(wrongMoments(quiet)).toEqual({ wrong: 1, of: 33 });
  });

  test("nearly always on a slower machine that does other work as well", () => {
    expect(wrongMoments(halfBusy)).toEqual({ wrong: 3, of: 47 });
  });
});
