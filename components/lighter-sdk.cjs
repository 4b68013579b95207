/**
 * Leaves out or puts off what of Pulumi's SDK this program does not use: a quarter of its processor time in an `up` where nothing changes. Used
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
  for (const name of ["@npmcli/arborist", "typescript", "normalize-package-data"]) putOff(sdk.resolve(name));
  putOff(sdk.resolve("@pulumi/pulumi/automation"));
  return sdk;
};

/**
 * Loads what watches for promises that never end, which is then reported without the place where it was made: one stack trace for each of
 * thousands is what it cost.
 * @param {NodeJS.Require} sdk as `lighten` returned it
 */
exports.withoutPlaces = (sdk) => {
  const debuggable = sdk("@pulumi/pulumi/runtime/debuggable.js");
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
};

exports.put = put;

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
