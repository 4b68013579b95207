// Loaded before the program by `runtime.options.nodeargs` in Pulumi.yaml. First, a Node that cannot read TypeScript would say no more than
// `Unknown file extension ".ts"`. Plain JavaScript, so that an old Node reads it.
const [major, minor] = process.versions.node.split(".").map(Number);
if (major < 22 || (major === 22 && minor < 18)) {
  process.stderr.write(
    `Node ${process.versions.node} cannot run this program: use Node 22.18 or newer (the project's own lies in node_modules/node/bin after npm ci).\n`,
  );
  process.exit(1);
}
// compiled code is kept from one run to the next
const { createRequire, enableCompileCache } = await import("node:module");
enableCompileCache(new URL("../node_modules/.cache/node-compile", import.meta.url).pathname);
// what the program does not use of the SDK is not loaded; absent in what it starts with the flags of its own Node
const launcher = /[\\/]@pulumi[\\/]pulumi[\\/]cmd[\\/]run([\\/](index\.js)?)?$/;
if (launcher.test(process.argv[1] ?? "")) {
  const { lighten, lightenLoaded } = createRequire(import.meta.url)("../components/lighter-sdk.cjs");
  lightenLoaded(lighten(createRequire(process.argv[1])));
}
