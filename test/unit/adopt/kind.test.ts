import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import { lastImage, readBuildContext } from "../../../adopt/build-context.ts";
import { decide, type Evidence } from "../../../adopt/kind.ts";

const none: Evidence = { image: "", entrypoint: [], command: [], once: false };
const built = { from: undefined, pythonPackages: "", isPython: false, nodePackages: "" };
const found = { id: "sha256:1", digests: [], env: [], entrypoint: [], command: [], user: "" };
const words = (text: string) => text.split(" ");

describe("what runs in a service is known by", () => {
  test.each<[string, Partial<Evidence>, object]>([
    ["a web server's command", { command: words("gunicorn shop.wsgi -b :8000") }, { kind: "python", role: "http" }],
    ["Litestar's own server", { command: words("litestar run --host 0.0.0.0") }, { kind: "python", role: "http" }],
    ["Sanic's own server", { command: words("sanic shop:app") }, { kind: "python", role: "http" }],
    ["a server of WSGI", { command: words("waitress-serve shop:app") }, { kind: "python", role: "http" }],
    ["a worker's command", { command: words("celery -A shop worker") }, { kind: "python" }],
    ["a worker with a scheduler inside", { command: words("celery -A shop worker --beat") }, { kind: "python" }],
    ["a scheduler's command", { command: words("celery -A shop beat") }, { kind: "python", role: "daemon" }],
    [
      "a shell that starts it",
      { command: ["sh", "-c", "python manage.py runserver"] },
      { kind: "python", role: "http" },
    ],
    ["a script", { command: ["./start.py"] }, { kind: "python" }],
    [
      "its launcher",
      { command: words("opentelemetry-instrument python app.py") },
      { kind: "python", instrumentation: "image" },
    ],
    ["a task", { command: words("python manage.py migrate"), once: true }, { kind: "python", instrumentation: "off" }],
    ["the image's name", { image: "python:3.12-slim" }, { kind: "python" }],
    ["a well-known image", { image: "apache/airflow:2.9.1" }, { kind: "python" }],
    ["nginx' image", { image: "nginx:1.27-alpine" }, { kind: "nginx" }],
    ["what its image starts", { found: { ...found, command: words("nginx -g daemon") } }, { kind: "nginx" }],
    ["what its image was made from", { built: { ...built, from: "python:3.13" } }, { kind: "python" }],
    ["its list of packages", { built: { ...built, isPython: true } }, { kind: "python" }],
    [
      "a Discord library",
      { command: ["python", "bot.py"], built: { ...built, pythonPackages: "discord.py==2.6.4\n" } },
      { kind: "python", role: "bot" },
    ],
    ["the image's variables", { found: { ...found, env: ["PYTHON_VERSION=3.13.1"] } }, { kind: "python" }],
    ["nothing: a database, a proxy", { image: "mysql:8.4" }, { kind: "other" }],
    [
      "nothing: packages of two languages",
      { built: { ...built, isPython: true, nodePackages: "{}" } },
      { kind: "other" },
    ],
    [
      "nothing: a proxy built among Python sources",
      { built: { ...built, from: "traefik:v3", isPython: true } },
      { kind: "other" },
    ],
    [
      "nothing: PHP with packages for its pages",
      { built: { ...built, from: "php:8.3-fpm", nodePackages: "{}" } },
      { kind: "other" },
    ],
    ["nothing: a proxy that holds nginx", { image: "nginxproxy/nginx-proxy:1.6", found }, { kind: "other" }],
  ])("%s", (_, evidence, expected) => {
    expect(decide({ ...none, ...evidence })).toEqual(expected);
  });

  test("an image that is not on the machine and has no telling name has to be pulled first", () => {
    expect(decide({ ...none, image: "ghcr.io/example/shop:1" }).remark).toContain("pull it and adopt again");
  });

  test("Node.js sends telemetry only where its packages do", () => {
    const command = ["node", "server.js"];
    expect(decide({ ...none, command })).toMatchObject({
      kind: "other",
      remark: expect.stringContaining("is Node.js"),
    });
    const nodePackages = '{"dependencies":{"@opentelemetry/auto-instrumentations-node":"0.67.0"}}';
    expect(decide({ ...none, command, built: { ...built, nodePackages } })).toEqual({
      kind: "node",
      instrumentation: "image",
    });
  });

  test.each([
    ["python -I app.py", [], "with -I, -E or -S"],
    ["python app.py", ["PYTHON_VERSION=3.9.18"], "Python 3.9.18, older than 3.10"],
  ])("%s with %o says why nothing will arrive", (command, env, why) => {
    expect(decide({ ...none, command: words(command), found: { ...found, env } }).remark).toContain(why);
  });
});

describe("sources of several images in one folder", () => {
  function context(dockerfile: string) {
    const folder = mkdtempSync(path.join(tmpdir(), "adopt-kind-"));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    mkdirSync(path.join(folder, "docker"));
    writeFileSync(path.join(folder, "requirements.txt"), "django==5.2\n");
    writeFileSync(path.join(folder, "package.json"), "{}");
    writeFileSync(path.join(folder, "docker/Dockerfile"), dockerfile);
    return folder;
  }
  const built = (dockerfile: string) =>
    readBuildContext({ build: { context: context(dockerfile), dockerfile: "docker/Dockerfile" } });

  test.each([
    ["FROM example/tools\n# no python here\nCOPY backup /usr/local/bin/backup", false, ""],
    ["FROM debian:13\nRUN apt-get install -y python3\nCOPY . /app", true, ""],
    ["FROM example/base\nCOPY --from=build /app/.venv /app/.venv", true, ""],
    ["FROM example/base\nRUN pip3 install -r requirements.txt && npm ci", true, "{}"],
    ["FROM example/base\nCOPY package.json .", false, "{}"],
  ])("%j: Python %s, Node.js %j", (dockerfile, isPython, nodePackages) => {
    expect(built(dockerfile)).toMatchObject({ isPython, nodePackages });
  });

  test("a Dockerfile in the Compose file says it as well", () => {
    const build = { context: context("FROM nginx"), dockerfile: "Dockerfile", dockerfile_inline: "FROM python:3.13" };
    expect(readBuildContext({ build })).toMatchObject({ from: "python:3.13", isPython: true });
  });

  test("one that cannot be read leaves the sources to say what they are", () => {
    expect(readBuildContext({ build: { context: context("FROM nginx"), dockerfile: "gone" } })).toMatchObject({
      isPython: true,
      nodePackages: "{}",
    });
  });
});

describe("the image a Dockerfile's stage starts from", () => {
  const dockerfile = `
ARG VERSION=3.12
FROM node:24 AS assets
FROM --platform=linux/amd64 python:\${VERSION}-slim AS base
FROM base AS app
from nginx:1.27`;

  test.each([
    [undefined, "nginx:1.27"],
    ["app", "python:3.12-slim"],
    ["APP", "python:3.12-slim"],
    ["assets", "node:24"],
    ["nowhere", undefined],
  ])("%s: %s", (target, image) => {
    expect(lastImage(dockerfile, target)).toBe(image);
  });

  test("a stage that names itself ends nothing", () => {
    expect(lastImage("FROM python AS python")).toBe("python");
    expect(lastImage("FROM b AS a\nFROM a AS b")).toBeDefined();
    expect(lastImage("")).toBeUndefined();
  });
});
