import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, normalize } from "node:path";
import { describe, expect, test } from "vitest";

const root = join(import.meta.dirname, "../..");
const IGNORED = ["node_modules", ".local", ".git", "test"];

const files = readdirSync(root, { recursive: true, encoding: "utf8" }).filter(
  (path) =>
    path.endsWith(".ts") && !path.includes("node_modules") && !IGNORED.some((folder) => path.split("/")[0] === folder),
);

interface Arrow {
  readonly from: string;
  /** A path below the root, or the name of a package. */
  readonly to: string;
  /** Only a type is imported: nothing of it is there at run time. */
  readonly typeOnly: boolean;
}

const arrows: readonly Arrow[] = files.flatMap((from) =>
  [...readFileSync(join(root, from), "utf8").matchAll(/^(import|export)( type)?\s[^"']*?from ["']([^"']+)["']/gm)].map(
    ([, , typeOnly, to = ""]) => ({
      from,
      to: to.startsWith(".") ? normalize(join(dirname(from), to)) : to,
      typeOnly: typeOnly !== undefined,
    }),
  ),
);

/** Import cycles, each once, as the path that leads back to its first file. */
function cycles(from: ReadonlyMap<string, readonly Arrow[] | undefined>): readonly string[] {
  const done = new Set<string>();
  const walk = (file: string, path: readonly string[]): readonly string[] => {
    const at = path.indexOf(file);
    if (at >= 0) return [[...path.slice(at), file].join(" -> ")];
    if (done.has(file)) return [];
    const found = (from.get(file) ?? []).flatMap(({ to }) => walk(to, [...path, file]));
    done.add(file);
    return found;
  };
  return [...from.keys()].flatMap((file) => walk(file, []));
}

/**
 * Which rooms a room may import: `index.ts -> components -> { pipeline, dashboards }`, commands beside them, and nothing upwards.
 * `pipeline`, `dashboards`, `formats` and `vendors` are pure; `cli` is what every command has in common.
 */
const ROOMS: Readonly<Record<string, readonly string[]>> = {
  "index.ts": ["components", "config"],
  components: ["cli", "config", "cost", "dashboards", "formats", "images", "pipeline", "vendors"],
  config: ["dashboards", "formats", "pipeline", "vendors"],
  dashboards: ["formats"],
  pipeline: ["formats"],
  formats: [],
  vendors: [],
  cost: ["cli", "vendors", "verify"],
  cli: [],
  example: ["dashboards", "verify"],
  "example-other": ["dashboards", "verify"],
  images: ["cli"],
  offline: ["cli", "config", "dashboards", "formats"],
  preview: ["cli", "offline", "policy"],
  verify: ["cli", "formats", "pipeline", "vendors"],
  credentials: ["cli", "config", "offline", "pipeline", "vendors"],
  "boards-page": ["cli", "dashboards", "offline"],
  // it runs in a browser: what it imports of the rooms below must, too
  console: ["boards-page", "dashboards", "verify"],
  start: ["cli", "formats", "images", "offline", "policy", "verify"],
  guard: ["cli", "config", "dashboards", "offline", "pipeline", "start", "vendors", "verify"],
  lint: ["cli", "config", "pipeline", "vendors"],
  mcp: ["boards-page", "cli", "dashboards", "offline", "pipeline", "vendors", "verify"],
  policy: ["cli", "config", "lint", "offline", "pipeline"],
  difference: ["cli", "dashboards", "images", "offline", "start", "verify"],
  // what it calls a secret is what the rules of policy/ call one
  adopt: ["cli", "config", "formats", "offline", "policy", "start"],
  drift: ["cli", "dashboards", "offline", "start"],
  upgrades: ["cli", "offline"],
  push: ["cli", "config", "images", "offline"],
};

const roomOf = (file: string): string => file.split("/")[0] ?? file;

const within = (folder: string) => (arrow: Arrow) => arrow.from.startsWith(`${folder}/`);
const shown = ({ from, to }: Arrow) => `${from} -> ${to}`;

describe("arrows point one way", () => {
  test("there are arrows to look at", () => {
    expect(arrows.length).toBeGreaterThan(100);
    expect(arrows.map(shown)).toContain("index.ts -> config/load.ts");
  });

  test.each(["pipeline", "dashboards", "images"])("%s/ knows neither Pulumi nor a provider", (folder) => {
    expect(
      arrows
        .filter(within(folder))
        .filter(({ to }) => /^@pulumi(verse)?\//.test(to))
        .map(shown),
    ).toEqual([]);
  });

  test("verify/ knows no service of the example by name", () => {
    // "api" is also a field of what Honeycomb is asked by
    const names = /["'`](bot|notification|status|frontend|discord)["'`]/;
    const naming = files.filter(
      (path) => path.startsWith("verify/") && names.test(readFileSync(join(root, path), "utf8")),
    );
    expect(naming).toEqual([]);
  });

  test("a room imports only the rooms that it may", () => {
    const known = new Set(files.map(roomOf));
    // JSON is data, which imports nothing: the words that the pipeline shares with a Go program.
    const wrong = arrows.filter(({ from, to }) => {
      const [room, other] = [roomOf(from), roomOf(to)];
      return room !== other && known.has(other) && !to.endsWith(".json") && !ROOMS[room]?.includes(other);
    });
    expect(wrong.map(shown)).toEqual([]);
  });

  test("no room imports another that imports it, by whatever detour", () => {
    const between = arrows
      .map(({ from, to, typeOnly }) => ({ from: roomOf(from), to: roomOf(to), typeOnly }))
      .filter(({ from, to }) => from !== to && to in ROOMS);
    expect(cycles(new Map(Object.entries(Object.groupBy(between, ({ from }) => from))))).toEqual([]);
  });

  test("no file imports itself by a detour, types included", () => {
    expect(cycles(new Map(Object.entries(Object.groupBy(arrows, ({ from }) => from))))).toEqual([]);
  });

  test("nothing that is used imports a test or its tools", () => {
    expect(arrows.filter(({ to }) => roomOf(to) === "test").map(shown)).toEqual([]);
  });

  test("nothing imports the program itself", () => {
    expect(arrows.filter(({ to }) => to === "index.ts").map(shown)).toEqual([]);
  });

  test("components get values: only types come from config/load.ts", () => {
    expect(
      arrows
        .filter(within("components"))
        .filter(({ to, typeOnly }) => to === "config/load.ts" && !typeOnly)
        .map(shown),
    ).toEqual([]);
  });

  test("only config/load.ts reads the stack's configuration", () => {
    const readers = files.filter((file) => /new pulumi\.Config\(/.test(readFileSync(join(root, file), "utf8")));
    expect(readers).toEqual(["config/load.ts"]);
  });

  test("where Docker's command line has its folder is worked out in one place", () => {
    const readers = files.filter((file) =>
      /\.DOCKER_CONFIG *(\|\||\?\?)|"\.docker"/.test(readFileSync(join(root, file), "utf8")),
    );
    expect(readers).toEqual(["config/docker-folder.ts"]);
  });

  test("what outlives a command is written whole: files are written in place only where a command makes them anew, or by its side", () => {
    const inPlace = files.filter((file) => /\bwriteFileSync\(/.test(readFileSync(join(root, file), "utf8")));
    expect(inPlace.filter((file) => roomOf(file) !== "lint" && roomOf(file) !== "adopt").sort()).toEqual([
      // reports that a person asked for
      ...["cli/command.ts", "cli/named-file.ts"],
      "cli/whole-file.ts", // renamed to its place
      "difference/record/stack.ts",
      // contexts of builds
      ...["images/steps/dockerfile.ts", "images/steps/go-programs.ts", "images/steps/workshop.ts"],
      "offline/wire.ts", // a pipe
      ...["push/push.ts", "start/tools/compose-package.ts", "upgrades/earlier.ts", "upgrades/release.ts"],
    ]);
  });

  test("the architecture fits on one screen", () => {
    expect(readFileSync(join(root, "index.ts"), "utf8").split("\n").length).toBeLessThanOrEqual(80);
  });
});
