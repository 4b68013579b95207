// Loaded before Pulumi's launcher: leaves out or puts off parts of the SDK that a recording does not use and that took half of its time, loads
// the rest and the recording engine, and waits for what to run.
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

const begin = require("./in-process.ts").answerInProcess(fromSdk);

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

const { readOrder, recorder } = require("./wire.ts");
const order = readOrder();
if (order === undefined) process.exit(1);
begin(order, recorder);
process.argv.push(...order.argv);
process.env.PULUMI_CONFIG = JSON.stringify(order.config);
process.env.PULUMI_CONFIG_SECRET_KEYS = JSON.stringify(order.secretKeys);

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
