import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type BuildEvent, buildImages } from "../../../images/build.ts";
import { imageNames, imageReference } from "../../../images/catalogue.ts";

/** A stand-in for the `docker` command: it writes down what it is asked and answers as the test says. */
let folder: string;
let events: BuildEvent[];
const realPath = process.env.PATH;

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), "fake-docker-"));
  events = [];
  process.env.PATH = `${folder}:${realPath}`;
});

afterEach(() => {
  process.env.PATH = realPath;
  rmSync(folder, { recursive: true });
});

function docker(present: readonly string[], otherwise: string): void {
  writeFileSync(path.join(folder, "present"), present.map((reference) => `${reference}\n`).join(""));
  const script = `#!/bin/sh\necho "$@" >> ${folder}/calls\nif [ "$1" = images ]; then cat ${folder}/present; exit; fi\n${otherwise}\n`;
  writeFileSync(path.join(folder, "docker"), script);
  chmodSync(path.join(folder, "docker"), 0o755);
}

const calls = () => readFileSync(path.join(folder, "calls"), "utf8").trim().split("\n");
const local = (name: (typeof imageNames)[number]) => imageReference(name, "local");
const options = {
  source: "local",
  machine: { certificates: "", go: {}, pip: {}, npm: {}, proxy: {} },
  report: (_line: string, event: BuildEvent) => events.push(event),
} as const;

describe("a build", () => {
  test("leaves images alone that exist under the reference of their inputs", async () => {
    docker(imageNames.map(local), "exit 9");
    const results = await buildImages(imageNames, options);
    expect(results.map((result) => result.outcome)).toEqual(Array(imageNames.length).fill("present"));
    expect(calls()).toEqual(["images --format {{.Repository}}:{{.Tag}}"]);
  });

  test("makes what is missing on the bases that exist, and tags it with its reference", async () => {
    docker([local("base")], "exit 0");
    const results = await buildImages(["redis"], options);
    expect(results.map(({ image, outcome }) => [image, outcome])).toEqual([
      ["base", "present"],
      ["redis", "built"],
    ]);
    const [, build = ""] = calls();
    expect(build).toMatch(
      /^build --force-rm --network host --build-arg BASE_IMAGE=localhost\/game-scheduler-otel\/base:[0-9a-f]{12} /,
    );
    expect(build).toContain(`--tag ${local("redis")} `);
  });

  test("takes over an image that an earlier version made of the same inputs, and none of that name from a registry", async () => {
    const earlier = (name: (typeof imageNames)[number]) => local(name).replace("localhost/", "");
    const digests = `if [ "$1 $2" = "image inspect" ]; then case "$*" in *otel/redis:*) echo 1;; *) echo 0;; esac; fi; exit 0`;
    docker([earlier("base"), earlier("redis")], digests);
    const results = await buildImages(["redis"], options);
    expect(results.map(({ image, outcome }) => [image, outcome])).toEqual([
      ["base", "present"],
      ["redis", "built"],
    ]);
    expect(calls().filter((call) => call.startsWith("tag "))).toEqual([`tag ${earlier("base")} ${local("base")}`]);
  });

  test("starts from published images when asked to, without changing the reference", async () => {
    docker([], "exit 0");
    const results = await buildImages(["example-frontend"], { ...options, source: "official" });
    expect(results.map((result) => result.reference)).toEqual([local("example-frontend")]);
    expect(calls()[1]).toContain("--build-arg NGINX_IMAGE=nginx:1.28.0-otel ");
  });

  test("pulls what cannot be built", async () => {
    docker([], "exit 0");
    const [result] = await buildImages(["grafana"], options);
    expect(result).toMatchObject({ image: "grafana", reference: "grafana/grafana:13.2.0", outcome: "pulled" });
    expect(calls()[1]).toBe("pull --quiet grafana/grafana:13.2.0");
  });

  test("compiles the programs of all Go images at once, before the images around them", async () => {
    const programs = "otelcol prometheus promtool".split(" ").map((name) => `echo > ${folder}/o/out/${name}`);
    const archive = `if [ "$1" = run ]; then mkdir -p ${folder}/o/out && ${programs.join(" && ")} && tar -cf - -C ${folder}/o out; fi`;
    docker([local("base"), local("go")], archive);
    await buildImages(["prometheus", "collector"], options);
    const steps = (image: string) => events.filter((event) => event.image === image).map((event) => event.step);
    expect(steps("collector")).toEqual(["packing", "fetching", "compiling", "unpacking", "building", "ready"]);
    expect(steps("prometheus")).toEqual(["building", "ready"]);
    const runs = calls().filter((call) => call.startsWith("run "));
    expect(runs).toHaveLength(2);
    expect(runs[1]).toContain("--volume game-scheduler-otel-go-build:/go-build");
    expect(runs[1]).toContain(local("go"));
    const compiled = readFileSync(path.join(folder, "calls"), "utf8");
    expect(compiled).toContain(
      "build.sh compiling ./otelcol github.com/prometheus/prometheus/cmd/prometheus ./made/promtool >&2",
    );
  });

  test("that measures a cold start uses names and caches of its own, and removes them and nothing else", async () => {
    docker(imageNames.map(local), "exit 0");
    const cold = local("go").replace("otel/", "otel-cold/");
    const [result] = await buildImages(["go"], { ...options, source: "official", cold: true });
    expect(result).toMatchObject({ image: "go", reference: cold, outcome: "built" });
    const removal = [`image rm ${cold}`, "volume rm game-scheduler-otel-cold-go-mod game-scheduler-otel-cold-go-build"];
    const asked = calls();
    expect([...asked.slice(0, 2), ...asked.slice(3)]).toEqual([...removal, ...removal]);
    expect(asked[2]).toMatch(
      new RegExp(
        `^build --force-rm --no-cache --network host --build-arg BASE_IMAGE=debian:trixie-slim --tag ${cold} `,
      ),
    );
  });

  test("that fails before the programs are compiled says so, and nothing else is left to fail by itself", async () => {
    docker([local("base")], 'if [ "$1" = build ]; then echo no network >&2; exit 1; fi');
    const unhandled: unknown[] = [];
    const note = (reason: unknown) => unhandled.push(reason);
    process.on("unhandledRejection", note);
    await expect(buildImages(["collector"], options)).rejects.toThrow(/Image "go" failed at step "building"/);
    await new Promise((resolve) => setImmediate(resolve));
    process.off("unhandledRejection", note);
    expect(unhandled).toEqual([]);
  });

  test("that fails names the image and the step, and starts nothing that needs it", async () => {
    docker([local("base")], "echo 'E: no such package'; exit 100");
    await expect(buildImages(["example-python"], options)).rejects.toThrow(
      'Image "python" failed at step "building":\n  E: no such package',
    );
    expect(calls().filter((call) => call.startsWith("build "))).toHaveLength(1);
  });

  test("that is stopped says so and starts nothing", async () => {
    docker([local("base")], "exit 0");
    const signal = AbortSignal.abort(new Error("stopped by the person"));
    await expect(buildImages(["redis"], { ...options, signal })).rejects.toThrow("stopped by the person");
    expect(calls()).toHaveLength(1);
  });

  test("without a Docker that answers says what to do", async () => {
    writeFileSync(path.join(folder, "docker"), "#!/bin/sh\necho 'Cannot connect to the Docker daemon' >&2\nexit 1\n");
    chmodSync(path.join(folder, "docker"), 0o755);
    await expect(buildImages(["redis"], options)).rejects.toThrow(
      /Image "base" failed at step "asking Docker":\n {2}Cannot connect to the Docker daemon\n {2}Images are made by Docker/,
    );
  });
});
