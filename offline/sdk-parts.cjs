// Loaded before Pulumi's launcher: leaves out or puts off parts of the SDK that a recording does not use and that took half of its time, loads
// the rest, and waits for what to run.
const { readFileSync } = require("node:fs");
const { createRequire } = require("node:module");

const fromLauncher = createRequire(process.argv[1]);
const fromSdk = createRequire(fromLauncher.resolve("@pulumi/pulumi/package.json"));
const put = (name, exports) => {
  require.cache[name] = { id: name, filename: name, loaded: true, exports, children: [], paths: [] };
};

// The launcher registers it. The SDK takes a stack trace for every promise it makes, each mapped to the SDK's own TypeScript; the program's
// lines need no map, since Node strips types in place.
put(fromLauncher.resolve("source-map-support/register"), {});

// OpenTelemetry, for `--tracing`, which no recording is started with.
const noSpan = { addEvent: () => undefined, end: () => undefined, setAttribute: () => undefined };
put(fromLauncher.resolve("./tracing"), { newSpan: () => noSpan });

// What turns functions into text, for providers written in the program, and what runs the CLI: loaded when a program asks for it.
for (const name of ["@npmcli/arborist", "typescript", "normalize-package-data"]) putOff(fromSdk.resolve(name));
putOff(fromSdk.resolve("@pulumi/pulumi/automation"));

// A promise that never ends is reported without the place where it was made: one stack trace for each of thousands is what it cost.
const debuggable = fromSdk("@pulumi/pulumi/runtime/debuggable.js");
const { debuggablePromise } = debuggable;
debuggable.debuggablePromise = (...args) => {
  const { stackTraceLimit } = Error;
  Error.stackTraceLimit = 0;
  try {
    return debuggablePromise(...args);
  } finally {
    Error.stackTraceLimit = stackTraceLimit;
  }
};

fromSdk("@pulumi/pulumi");

// What to run, from launcher.ts; nothing where that has ended first.
const order = readFileSync(3, "utf8");
if (order === "") process.exit(1);
const { args, config, secretKeys } = JSON.parse(order);
process.argv.push(...args);
process.env.PULUMI_CONFIG = JSON.stringify(config);
process.env.PULUMI_CONFIG_SECRET_KEYS = JSON.stringify(secretKeys);

function putOff(name) {
  let real;
  const load = () => {
    if (real === undefined) {
      delete require.cache[name];
      real = require(name);
    }
    return real;
  };
  // Called an ES module, so that its importers do not copy what it exports.
  const get = (_, key) => (key === "__esModule" ? true : key === "default" ? load() : load()[key]);
  put(name, new Proxy({}, { get, has: (_, key) => key in load(), ownKeys: () => Reflect.ownKeys(load()) }));
}
