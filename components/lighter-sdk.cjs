/**
 * Leaves out or puts off what of Pulumi's SDK this program does not use: a third of its processor time in an `up` where nothing changes. Used
 * before the SDK is loaded, in an `up` (start/before-program.mjs) and in a recording (offline/sdk-parts.cjs). CommonJS, as the SDK is.
 */
const { createRequire } = require("node:module");

/**
 * @param {NodeJS.Require} launcher finds modules where Pulumi's launcher does; nothing of the SDK is loaded yet
 * @returns {NodeJS.Require} finds modules where the SDK does
 */
exports.lighten = (launcher) => {
  const sdk = createRequire(launcher.resolve("@pulumi/pulumi/package.json"));

  // Maps lines of compiled TypeScript. Node strips this program's types in place, so that its lines need no map; only the SDK's own would be
  // mapped, in a stack trace for each resource.
  put(launcher.resolve("source-map-support/register"), {});

  // What turns functions into text, for providers written in the program, and what runs the CLI: loaded when a program asks for it.
  for (const name of ["@npmcli/arborist", "typescript", "normalize-package-data", "@pulumi/pulumi/automation"])
    putOff(sdk.resolve(name));
  // What compares versions of a package that is there twice, and what reads a `package.yaml` and an `.npmrc`.
  for (const name of ["semver", "js-yaml", "ini"]) putOff(sdk.resolve(name));
  put(sdk.resolve("@pulumi/pulumi/runtime/closure/v8Hooks"), debuggerOnDemand());

  // Spans of the SDK's own: 250 modules, for an `up` that traces itself.
  if (!traced()) {
    put(sdk.resolve("@pulumi/pulumi/cmd/run/tracing"), { newSpan: () => noSpan });
    putOff(sdk.resolve("@opentelemetry/api"));
  }
  return sdk;
};

/**
 * Loads of the SDK what the other parts call, and puts lighter ones in its place.
 * @param {NodeJS.Require} sdk as `lighten` returned it
 */
exports.lightenLoaded = (sdk) => {
  withoutPlaces(sdk("@pulumi/pulumi/runtime/debuggable.js"));
  debugTogether(sdk("@pulumi/pulumi/log"));
  // Without a span there is no context that a call would have to take along.
  const settings = sdk("@pulumi/pulumi/runtime/settings");
  if (!traced()) settings.grpcClientOptions = settings.grpcChannelOptions;
};

exports.put = put;

/** Whether Pulumi asks its program for spans: by `--otel-traces`, or by `--tracing`. */
const traced = () => "TRACEPARENT" in process.env || process.argv.some((arg) => arg.startsWith("--tracing"));

const noSpan = { addEvent: () => undefined, end: () => undefined, setAttribute: () => undefined };

/**
 * What watches for promises that never end reports them without the place where they were made: one stack trace for each of thousands is what it
 * cost.
 */
function withoutPlaces(debuggable) {
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
}

/**
 * What the SDK says of itself, four lines for each resource, which only `pulumi up --debug` shows: one message for all that a turn of the event loop
 * said, in place of a call to the engine for each line.
 */
function debugTogether(log) {
  const { debug } = log;
  let lines = [];
  let sent;
  log.debug = (line, ...about) => {
    if (about.some((each) => each !== undefined)) return debug(line, ...about);
    lines.push(line);
    sent ??= new Promise((resolve) => {
      setImmediate(() => {
        const text = lines.join("\n");
        lines = [];
        sent = undefined;
        resolve(debug(text));
      });
    });
    return sent;
  };
}

/**
 * Which file a function is from, as the SDK's `v8Hooks` knows it, but from the first question on: to hear of each script that is loaded costs as much
 * as to load it. The debugger tells then of those that are loaded already.
 */
function debuggerOnDemand() {
  const urls = new Map();
  let session;
  const begin = async () => {
    require("node:v8").setFlagsFromString("--allow-natives-syntax");
    const { Session } = require("node:inspector");
    const begun = new Session();
    begun.connect();
    begun.on("Debugger.scriptParsed", ({ params }) => urls.set(params.scriptId, params.url));
    await new Promise((resolve, reject) => {
      begun.post("Debugger.enable", (error) => (error ? reject(error) : resolve()));
    });
    return begun;
  };
  return {
    isInitializedAsync: async () => undefined,
    getSessionAsync: () => (session ??= begin()),
    getScriptUrl: (id) => urls.get(id),
  };
}

/** Says that a module is loaded already, and what it exports. */
function put(name, exports) {
  require.cache[name] = { id: name, filename: name, loaded: true, exports, children: [], paths: [] };
}

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
