// Loaded before Pulumi's launcher: leaves out parts of the SDK that a recording does not use, loads the rest and the recording engine, and waits for
// what to run.
const { createRequire } = require("node:module");
const { lighten, lightenLoaded } = require("../components/lighter-sdk.cjs");

const fromLauncher = createRequire(process.argv[1]);
const fromSdk = lighten(fromLauncher);

const begin = require("./in-process.ts").answerInProcess(fromSdk);
lightenLoaded(fromSdk);
fromSdk("@pulumi/pulumi");

const { readOrder, recorder } = require("./wire.ts");
const order = readOrder();
if (order === undefined) process.exit(1);
begin(order, recorder);
process.argv.push(...order.argv);
process.env.PULUMI_CONFIG = JSON.stringify(order.config);
process.env.PULUMI_CONFIG_SECRET_KEYS = JSON.stringify(order.secretKeys);
