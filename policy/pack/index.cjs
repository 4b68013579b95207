// Pulumi loads a policy pack by `require` and compiles what that finds with a TypeScript of its own, which is too old; what is imported, Node reads itself.
module.exports = import("./pack.ts");
