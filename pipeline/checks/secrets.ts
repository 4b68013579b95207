/** Secrets: given as files, referred to by name, never written out, and sendable as they are. */
import type { PipelineGraph } from "../model.ts";
import { secretsIn } from "../reference.ts";
import { allComponents } from "./graph.ts";
import type { Rule } from "./rule.ts";

export const missingSecret: Rule = {
  id: "missing-secret",
  severity: "error",
  explain: "A secret file that does not exist stops the collector at start.",
  *find(p, { secrets }) {
    for (const { place, component } of allComponents(p)) {
      for (const name of secretsIn(component.settings)) {
        if (secrets === undefined || secrets.includes(name)) continue;
        const fix = `let the backend or data store that names it provide a secret "${name}"`;
        yield { place, message: `secret "${name}" is not provided`, fix };
      }
    }
  },
};

const REFERENCE_LIKE = /\$\{[^}]*\}/;
const HEADER_OR_ADDRESS = /(^|\.)(headers\.[^.]+|(\w+_)?endpoint|username|password)$/;
const SECRET_KEY = /(^|\.)(password|headers\.(authorization|[\w-]*(api-?key|token|secret|team)[\w-]*))$/i;

export const literalReference: Rule = {
  id: "literal-reference",
  severity: "error",
  explain: "A reference written inside a plain value is text: every `$` in it is escaped, and nothing is resolved.",
  *find(p) {
    for (const { place, text } of texts(p)) {
      const [reference] = REFERENCE_LIKE.exec(text) ?? [];
      const fix = 'write a reference, { secret: "name" } or { env: "NAME" }';
      if (reference !== undefined) yield { place, message: `${reference} is plain text`, fix };
    }
  },
};

export const unsendableText: Rule = {
  id: "unsendable-text",
  severity: "error",
  explain:
    "A newline or a space at the end of a header, an address or a password is sent as well, and every request fails.",
  *find(p) {
    for (const { place, path, text } of texts(p)) {
      if (!HEADER_OR_ADDRESS.test(path) || (text === text.trim() && !/[\r\n]/.test(text))) continue;
      yield { place, message: "the value begins or ends with white space, or holds a newline", fix: "remove it" };
    }
  },
};

export const secretInPlain: Rule = {
  id: "secret-in-plain",
  severity: "error",
  explain:
    "A credential written into the configuration can be read in the state, in pull requests and in `docker inspect`.",
  *find(p) {
    for (const { place, path } of texts(p)) {
      const fix = 'give it as a secret and refer to it, { secret: "name" }';
      if (SECRET_KEY.test(path)) yield { place, message: "the configuration holds a credential", fix };
    }
  },
};

interface Text {
  readonly place: string;
  /** Within the component's settings. */
  readonly path: string;
  readonly text: string;
}

/** Every string in the settings of every component. */
function texts(p: PipelineGraph): readonly Text[] {
  return allComponents(p).flatMap(({ place, component }) =>
    strings(component.settings).map(({ path, text }) => ({ place: `${place}.${path}`, path, text })),
  );
}

function strings(value: unknown, path: readonly string[] = []): readonly Omit<Text, "place">[] {
  if (typeof value === "string") return [{ path: path.join("."), text: value }];
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, item]) => strings(item, [...path, key]));
}
