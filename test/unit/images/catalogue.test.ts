import { existsSync, readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import { ROOT as root } from "../../../cli/paths.ts";
import { basesOf, canBuild, imageNames, imageReference, NoSuchImage, ownImages } from "../../../images/catalogue.ts";
import { inputFiles } from "../../../images/inputs.ts";
import { type ImageName, PROGRAMS_FOLDER, SPECS } from "../../../images/specs.ts";

const all = Object.keys(SPECS) as ImageName[];

describe("the catalogue", () => {
  test("has images that are built here, and two that are published only", () => {
    expect(all.filter((name) => !canBuild(name))).toEqual(["grafana", "lgtm"]);
  });

  test("has for every image a published reference, a build of its own, or both", () => {
    expect(all.filter((name) => SPECS[name].official === undefined && !canBuild(name))).toEqual([]);
    expect(ownImages).toEqual([
      "collector",
      "console",
      "instrumentation",
      "browser",
      "example-python",
      "example-frontend",
      "other-python",
      "other-node",
    ]);
  });

  test("copies beside the console every file that the console imports, and what those import", () => {
    const local = SPECS.console.local;
    const beside = local !== undefined && "beside" in local ? (local.beside ?? []) : [];
    const copied = (file: string) => beside.some((name) => file === name || file.startsWith(`${name}/`));
    const seen = new Set<string>();
    const visit = (file: string): void => {
      if (seen.has(file)) return;
      seen.add(file);
      const source = readFileSync(path.join(root, file), "utf8");
      for (const [, imported = ""] of source.matchAll(/(?:from|import)\s*\(?\s*"(\.[^"]+\.tsx?)"/g))
        visit(path.join(path.dirname(file), imported));
    };
    readdirSync(path.join(root, "console/src"), { recursive: true, encoding: "utf8" })
      .filter((name) => /\.tsx?$/.test(name))
      .forEach((name) => void visit(path.join("console/src", name)));
    const outside = [...seen].filter((file) => !file.startsWith("console/"));
    expect(outside).toContain("verify/run.ts");
    expect(outside.filter((file) => !copied(file))).toEqual([]);
  });

  test("pins every published reference to a version", () => {
    const references = all.flatMap((name) => SPECS[name].official ?? []);
    expect(references.length).toBeGreaterThan(12);
    expect(references.filter((reference) => !/^[a-z0-9/.-]+:(v?\d|trixie)[\w.-]*$/.test(reference))).toEqual([]);
  });

  test("gives a local reference that names project, image and 12 digits of the hash", () => {
    for (const name of imageNames) {
      expect(imageReference(name, "local")).toMatch(new RegExp(`^localhost/game-scheduler-otel/${name}:[0-9a-f]{12}$`));
    }
    expect(new Set(imageNames.map((name) => imageReference(name, "local").split(":")[1])).size).toBe(imageNames.length);
  });

  test("asks no public registry for one of its own: a reference without a registry would be asked of Docker Hub", () => {
    const local = imageNames.map((name) => imageReference(name, "local"));
    expect(local.filter((reference) => !reference.startsWith("localhost/"))).toEqual([]);
  });

  test("uses our build where nobody publishes the image, whatever the source", () => {
    expect(imageReference("example-python", "official")).toBe(imageReference("example-python", "local"));
    expect(imageReference("redis", "official")).toBe("redis:7.4.5-alpine");
  });

  test("says what to do about an image that cannot be built", () => {
    expect(() => imageReference("grafana", "local")).toThrow(NoSuchImage);
    expect(() => imageReference("grafana", "local")).toThrow(
      'The image "grafana" cannot be built from this repository (its program is in no package registry): use source "official", or a backend that does not need it.',
    );
  });

  test("says which images there are when it is asked for another", () => {
    expect(() => imageReference("mysql" as ImageName, "local")).toThrow(
      /^There is no image "mysql" .* base, go, postgres/,
    );
  });
});

describe("every build", () => {
  const built = imageNames.filter((name) => name !== "base");
  const folder = (name: ImageName) => SPECS[name].local?.folder ?? "";

  test.each(built)("%s declares the bases that it is given, and starts from nothing else", (name) => {
    const dockerfile = readFileSync(path.join(root, folder(name), "Dockerfile"), "utf8");
    const declared = [...dockerfile.matchAll(/^ARG (\w+_IMAGE)/gm)].map((match) => match[1]);
    expect(declared).toEqual(Object.keys(basesOf(name)));
    const starts = [...dockerfile.matchAll(/^FROM (\S+)/gm)].map((match) => match[1]);
    const allowed = new Set([...declared.map((argument) => `\${${argument}}`), "scratch"]);
    expect(starts.filter((start) => start === undefined || !allowed.has(start))).toEqual([]);
  });

  test.each(built)("%s can be made by the legacy builder: no cache or secret mounts, no heredocs", (name) => {
    const dockerfile = readFileSync(path.join(root, folder(name), "Dockerfile"), "utf8");
    expect(dockerfile).not.toMatch(/--mount=|<<\s*['"]?\w|^# syntax=|--link/m);
  });

  test.each([
    "postgres",
    "redis",
    "rabbitmq",
    "nginx",
    "collector",
    "jaeger",
    "prometheus",
    "victorialogs",
    "vmalert",
    "instrumentation",
    "example-python",
    "example-frontend",
    "other-python",
    "other-node",
  ] as const)("%s ends as the user of the contract", (name) => {
    const users = {
      postgres: "70:70",
      redis: "999:1000",
      rabbitmq: "100:101",
      nginx: "101:101",
      collector: "10001:10001",
      jaeger: "10001:10001",
      prometheus: "65534:65534",
      victorialogs: "10001:10001",
      vmalert: "10001:10001",
      instrumentation: "10001:10001",
      "example-python": "10001:10001",
      "example-frontend": "101:101",
      "other-python": "10001:10001",
      "other-node": "10001:10001",
    };
    const dockerfile = readFileSync(path.join(root, folder(name), "Dockerfile"), "utf8");
    expect([...dockerfile.matchAll(/^USER (\S+)/gm)].at(-1)?.[1]).toBe(users[name]);
  });

  test.each(["node", "other-node"] as const)(
    "%s installs the packages of its lock file, whatever registry the machine has",
    (name) => {
      const lock = readFileSync(path.join(root, folder(name), "package-lock.json"), "utf8");
      const packages = Object.entries(JSON.parse(lock).packages as Record<string, { integrity?: string }>).slice(1);
      expect(packages.filter(([, { integrity }]) => !integrity?.startsWith("sha512-"))).toEqual([]);
      expect(lock).not.toContain("resolved");
      expect(readFileSync(path.join(root, folder(name), "Dockerfile"), "utf8")).toContain("npm ci ");
    },
  );

  test("of a Go program has pinned and checked modules, also those that are compiled from a changed copy", () => {
    const text = (name: string) => readFileSync(path.join(root, PROGRAMS_FOLDER, name), "utf8");
    expect(text("go.mod")).toMatch(/^toolchain go1\.26\.11$/m);
    const copied = [...text("build.sh").matchAll(/\$\(original (\S+)@([^\s)]+)\)/g)].map(
      ([, module, version]) => `${module} ${version}`,
    );
    expect(copied).toEqual([
      "github.com/jaegertracing/jaeger v1.76.0",
      "github.com/open-telemetry/opentelemetry-collector-contrib/exporter/loadbalancingexporter v0.145.0",
      "github.com/open-telemetry/opentelemetry-collector-contrib/extension/storage/filestorage v0.145.0",
      "github.com/open-telemetry/opentelemetry-collector-contrib/receiver/prometheusreceiver v0.145.0",
      "github.com/prometheus/prometheus v0.312.0",
    ]);
    expect(
      text("originals.sum")
        .replaceAll(/ h1:\S{44}$/gm, "")
        .trim()
        .split("\n"),
    ).toEqual(copied);
    for (const module of copied) expect(text("go.mod")).toMatch(new RegExp(`^\\t${module}( |$)`, "m"));
    const programs = imageNames.flatMap((name) => {
      const local = SPECS[name].local;
      return local?.kind === "go-program" ? local.programs : [];
    });
    const missing = programs.filter(
      (program) => !program.startsWith("./") && !text("go.mod").includes(`\t${program}\n`),
    );
    expect(missing).toEqual([]);
  });

  test("of a Go program depends on the packages that are compiled into it, and on no other's", () => {
    const readers = (folder: string) =>
      imageNames.filter((name) => {
        const { local } = SPECS[name];
        return local?.kind === "go-program" && local.reads(folder);
      });
    expect([readers("tracesampler"), readers("otelcol"), readers("jaeger")]).toEqual([
      ["collector"],
      ["collector"],
      ["jaeger"],
    ]);
  });

  test("of the collector has every component of the golden configuration that is written for it", () => {
    const golden = parse(readFileSync(path.join(root, "test/golden/pipeline/dev.yaml"), "utf8"));
    const built = readFileSync(path.join(root, PROGRAMS_FOLDER, "otelcol/components.go"), "utf8");
    const kinds = ["receivers", "processors", "connectors", "exporters", "extensions"].flatMap((group) =>
      Object.keys(golden[group]).map((id) => id.split("/")[0]?.replaceAll("_", "") ?? ""),
    );
    expect(new Set(kinds).size).toBeGreaterThan(18);
    expect(
      kinds.filter(
        (kind) => !new RegExp(`\\b${kind}(receiver|processor|connector|exporter|extension)?\\.NewFactory`).test(built),
      ),
    ).toEqual([]);
  });

  test("of a published program leaves no host name of a registry or mirror in the repository", () => {
    const texts = imageNames.flatMap((name) =>
      inputFiles(folder(name))
        .filter((one) => /Dockerfile|\.sh$|\.yaml$|\.conf$/.test(one.name))
        .map((one) => new TextDecoder().decode(one.content)),
    );
    expect(texts.filter((text) => /deb\.debian\.org|proxy\.golang\.org|pypi\.org|registry\.npmjs/.test(text))).toEqual(
      [],
    );
  });
});

test("the README of the folder names every image that is built", () => {
  const page = path.join(root, "images/README.md");
  expect(existsSync(page)).toBe(true);
  const text = readFileSync(page, "utf8");
  expect(imageNames.filter((name) => !text.includes(`\`${name}\``))).toEqual([]);
});
