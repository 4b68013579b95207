#!/usr/bin/env node
/** Stands in for every program that a command of this project may start; what it was started with is written down by who starts it (recorder.cjs). */
const fs = require("node:fs");
const path = require("node:path");

const name = path.basename(process.argv[1]);
const args = process.argv.slice(2);
const said = args.join(" ");
const say = (text) => process.stdout.write(`${text}\n`);
const ID = `sha256:${"a".repeat(64)}`;

const shown = JSON.parse(fs.readFileSync(path.join(__dirname, "shown.json"), "utf8"));

/** What a Docker Engine without a container answers, which has every image. */
function docker() {
  if (args[0] === "version") return say("27.0.0 1.46");
  if (said.includes("compose version")) return say("2.30.0");
  if (args[0] === "info") return say(`${64 * 2 ** 30} /var/lib/docker`);
  if (args[0] === "context") return say("default unix:///var/run/docker.sock");
  if (said.startsWith("image inspect"))
    return say(
      args
        .slice(4)
        .map(() => ID)
        .join("\n"),
    );
  if (args[0] === "images") return say(shown.images.join("\n"));
  if (args[0] === "create") return say("c".repeat(64));
  // an archive with nothing in it
  if (args[0] === "export") return fs.writeFileSync(args[2], Buffer.alloc(1024));
  if (args[0] === "push") return say(`digest: ${ID}`);
}

/** A CLI with every plugin, a state, and secrets in what it shows. */
function pulumi() {
  const state = process.env.PULUMI_BACKEND_URL?.slice("file://".length);
  switch (args.slice(0, 2).join(" ")) {
    case "version":
      return say("v3.265.0");
    case "plugin ls":
      return say(JSON.stringify(shown.plugins));
    case "stack init": {
      const folder = path.join(state, ".pulumi/stacks/game-scheduler-otel");
      fs.mkdirSync(folder, { recursive: true });
      fs.writeFileSync(path.join(folder, `${args[2]}.json`), "{}");
      return fs.writeFileSync(`Pulumi.${args[2]}.yaml`, "encryptionsalt: v1:fresh\n");
    }
    case "stack output":
      return say(JSON.stringify(shown.outputs));
    case "stack export":
      return say(JSON.stringify({ deployment: { resources: [] } }));
    case "config set":
      return fs.appendFileSync(path.join(__dirname, "taken"), `${fs.readFileSync(0, "utf8")}\n`);
  }
  if (args[0] === "config") return say(JSON.stringify(shown.config));
}

if (name === "docker") docker();
if (name === "pulumi") pulumi();
if (name === "docker-credential-fake") say(JSON.stringify(shown.login));
if (name === "go") say("{}");
if (name === "git") say("0123456789abcdef0123456789abcdef01234567");
