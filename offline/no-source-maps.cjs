// Loaded before Pulumi's launcher, which registers source-map-support. The SDK takes a stack trace for every promise it makes; mapping each
// to the SDK's own TypeScript took a third of a recording's time, and the program's lines need no map, since Node strips types in place.
const { createRequire } = require("node:module");

const launcher = process.argv[1];
const name = createRequire(launcher).resolve("source-map-support/register");
require.cache[name] = { id: name, filename: name, loaded: true, exports: {}, children: [], paths: [] };
