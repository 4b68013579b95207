import fc from "fast-check";
import { expect, test } from "vitest";
import { parseSettings } from "../../../config/parse.ts";
import { plainKeys, SECRET_KEYS } from "../../../config/schema.ts";

const KEYS = [...Object.keys(plainKeys), ...SECRET_KEYS, "secrets", "backnd", "__proto__", "constructor", ""];
const WORDS = fc.constantFrom(
  ...["name", "image", "kind", "role", "env", "volumes", "ports", "publish", "port", "as", "managed", "host", "path"],
  ...["slug", "memory", "mode", "patterns", "endpoint", "headers", "email", "toString", "__proto__", "a b", "a\nb"],
);
const LEAVES = fc.oneof(
  fc.string({ unit: "binary", maxLength: 12 }),
  fc.integer(),
  fc.double(),
  fc.boolean(),
  fc.constant(null),
  fc.constantFrom(
    "api",
    "a:1",
    "8080",
    "1h",
    "none",
    "https://[::1]:1",
    "(?<=a)b",
    "a*",
    "{secret.x}",
    "jaeger",
    "tail",
  ),
);
const VALUES = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4, withCrossShrink: true },
    LEAVES,
    fc.array(tie("value"), { maxLength: 3 }),
    fc.dictionary(WORDS, tie("value"), { maxKeys: 4 }),
  ),
})).value;

/** Nearly valid: a service with one field of any kind. */
const SERVICES = fc.tuple(WORDS, VALUES).map(([word, value]) => [
  { name: "api", image: "a:1", [word]: value },
  { name: "web", image: "b:1", kind: "node" },
]);
const SETTINGS = fc
  .tuple(fc.dictionary(fc.constantFrom(...KEYS), VALUES, { maxKeys: 5 }), fc.option(SERVICES, { nil: undefined }))
  .map(([settings, services]) => (services === undefined ? settings : { ...settings, services }));

/** `RUNS=20000 npx vitest run test/unit/config/fuzz.test.ts` for more. */
test("whatever a stack file holds, it is judged: one line for each problem, no exception", () => {
  fc.assert(
    fc.property(SETTINGS, fc.subarray(KEYS), (settings, secretKeys) => {
      const values = Object.fromEntries(
        Object.entries(settings).map(([key, value]) => [
          key,
          typeof value === "string" ? value : JSON.stringify(value),
        ]),
      );
      const { problems } = parseSettings({ stack: "dev", values, secretKeys: new Set(secretKeys) });
      for (const sentence of problems) {
        expect(sentence).toMatch(/^[^\n\r]+$/);
        expect(sentence).not.toMatch(
          /undefined|\[object|Invalid [a-z]+[:,]|Invalid input|must match pattern|Too (small|big)|Unrecognized/,
        );
      }
    }),
    { numRuns: Number(process.env.RUNS ?? 300) },
  );
});
