// Loaded before Pulumi's runner by `runtime.options.nodeargs` in Pulumi.yaml. The runner has `source-map-support` write every stack trace, which reads
// the source maps of Pulumi's own files, and has one written for each value of each resource, for a report of promises that never settle: a third of
// this program's processor time in a `pulumi up`. The program has no maps to be read: Node takes types out of a file without moving its lines.
let prepare = (error, frames) =>
  frames[0]?.getFunctionName() === "debuggablePromise" ? "" : [String(error), ...frames].join("\n    at ");

Object.defineProperty(Error, "prepareStackTrace", {
  configurable: true,
  get: () => prepare,
  set(other) {
    // what `source-map-support` calls its own
    if (other?.name !== "prepareStackTrace") prepare = other;
  },
});
