import { allComponents, strings } from "./graph.ts";
import type { Rule } from "./rule.ts";

const REFERENCE_LIKE = /\$\{[^}]*\}/;
const HEADER_OR_ADDRESS = /(^|\.)(headers\.[^.]+|(\w+_)?endpoint|username|password)$/;
const SECRET_KEY = /(^|\.)(password|headers\.(authorization|[\w-]*(api-?key|token|secret|team)[\w-]*))$/i;

export const literalReference: Rule = {
  id: "literal-reference",
  severity: "error",
  explain: "A reference written inside a plain value is text: every `$` in it is escaped, and nothing is resolved.",
  find: (p) =>
    allComponents(p).flatMap(({ place, component }) =>
      strings(component.settings)
        .filter(({ text }) => REFERENCE_LIKE.test(text))
        .map(({ path, text }) => ({
          place: `${place}.${path}`,
          message: `${text.match(REFERENCE_LIKE)?.[0]} is plain text`,
          fix: 'write a reference, { secret: "name" } or { env: "NAME" }',
        })),
    ),
};

export const unsendableText: Rule = {
  id: "unsendable-text",
  severity: "error",
  explain:
    "A newline or a space at the end of a header, an address or a password is sent as well, and every request fails.",
  find: (p) =>
    allComponents(p).flatMap(({ place, component }) =>
      strings(component.settings)
        .filter(({ path, text }) => HEADER_OR_ADDRESS.test(path) && (text !== text.trim() || /[\r\n]/.test(text)))
        .map(({ path }) => ({
          place: `${place}.${path}`,
          message: "the value begins or ends with white space, or holds a newline",
          fix: "remove it",
        })),
    ),
};

export const secretInPlain: Rule = {
  id: "secret-in-plain",
  severity: "error",
  explain:
    "A credential written into the configuration can be read in the state, in pull requests and in `docker inspect`.",
  find: (p) =>
    allComponents(p).flatMap(({ place, component }) =>
      strings(component.settings)
        .filter(({ path }) => SECRET_KEY.test(path))
        .map(({ path }) => ({
          place: `${place}.${path}`,
          message: "the configuration holds a credential",
          fix: 'give it as a secret and refer to it, { secret: "name" }',
        })),
    ),
};
