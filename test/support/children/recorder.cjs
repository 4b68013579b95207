/**
 * Loaded before every Node process of a command (NODE_OPTIONS=--require): writes down what each child is started with, arguments and environment,
 * whatever the program. A sampler of /proc would miss those that end at once.
 */
const child = require("node:child_process");
const fs = require("node:fs");
const { syncBuiltinESMExports } = require("node:module");

const log = process.env.CHILDREN_LOG;
const note = (file, args, env) =>
  fs.appendFileSync(log, `${JSON.stringify({ by: process.argv[1] ?? "", file, args, env })}\n`);

const { spawn } = child.ChildProcess.prototype;
child.ChildProcess.prototype.spawn = function (options) {
  note(options.file, options.args ?? [], options.envPairs ?? []);
  return spawn.call(this, options);
};
const pairs = (env) => Object.entries(env ?? process.env).map(([key, value]) => `${key}=${value}`);
for (const name of ["spawnSync", "execFileSync"]) {
  const original = child[name];
  child[name] = (file, ...rest) => {
    const args = Array.isArray(rest[0]) ? rest[0] : [];
    const options = rest.find((one) => one !== null && typeof one === "object" && !Array.isArray(one));
    note(file, [file, ...args], pairs(options?.env));
    return original(file, ...rest);
  };
}
syncBuiltinESMExports();
