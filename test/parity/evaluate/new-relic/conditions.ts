import type { Reader } from "../reader.ts";
import type { Row } from "./rows.ts";

export type Test = (row: Row) => boolean;

/** Words of the NRQL our compilers write. */
export const WORD = /\s+|`[^`]+`|r?'(?:[^'\\]|\\.)*'|\d+(?:\.\d+)?|[A-Za-z_][\w.]*|>=|<=|!=|[-+*/(),=<>]/;

/** Conditions joined by AND; what is in brackets may be joined by OR. */
export function readConditions(reader: Reader): Test {
  const tests = [condition(reader)];
  while (reader.maybe("AND")) tests.push(condition(reader));
  return (row) => tests.every((test) => test(row));
}

function alternatives(reader: Reader): Test {
  const tests = [readConditions(reader)];
  while (reader.maybe("OR")) tests.push(readConditions(reader));
  reader.expect(")");
  return (row) => tests.some((test) => test(row));
}

/**
 * Types are not converted: a number equals no text, and IN, LIKE and RLIKE look at text only. LIKE does not mind the case.
 * https://docs.newrelic.com/docs/nrql/nrql-syntax-clauses-functions/#where-operators
 */
function condition(reader: Reader): Test {
  if (reader.maybe("(")) return alternatives(reader);
  const numeric = reader.maybe("numeric");
  if (numeric) reader.expect("(");
  const key = reader.take().replaceAll("`", "");
  if (numeric) reader.expect(")");
  const operator = reader.take();
  switch (operator) {
    case "=": {
      const wanted = literal(reader);
      return (row) => row[key] === wanted;
    }
    case "!=": {
      const wanted = literal(reader);
      return (row) => row[key] !== wanted;
    }
    case ">=": {
      const bound = reader.number();
      return (row) => typeof row[key] === "number" && row[key] >= bound;
    }
    case ">": {
      const bound = reader.number();
      return (row) => typeof row[key] === "number" && row[key] > bound;
    }
    case "<=": {
      const bound = reader.number();
      return (row) => typeof row[key] === "number" && row[key] <= bound;
    }
    case "<": {
      const bound = reader.number();
      return (row) => typeof row[key] === "number" && row[key] < bound;
    }
    case "IN": {
      reader.expect("(");
      const wanted = reader.several(() => text(reader));
      reader.expect(")");
      return (row) => wanted.some((one) => one === row[key]);
    }
    case "IS": {
      const there = reader.maybe("NOT");
      reader.expect("NULL");
      return (row) => (row[key] !== undefined) === there;
    }
    case "NOT":
    case "RLIKE": {
      if (operator === "NOT") reader.expect("RLIKE");
      const pattern = new RegExp(`^(?:${text(reader)})$`);
      return (row) => typeof row[key] === "string" && pattern.test(row[key]) === (operator === "RLIKE");
    }
    case "LIKE": {
      const pattern = text(reader);
      if (!/^%[^%_]*%$/.test(pattern)) reader.fail("expected LIKE '%text%'");
      return (row) =>
        typeof row[key] === "string" && row[key].toLowerCase().includes(pattern.slice(1, -1).toLowerCase());
    }
    default:
      return reader.fail(`unknown operator ${operator}`);
  }
}

function literal(reader: Reader): string | number {
  return reader.peek().includes("'") ? text(reader) : reader.number();
}

function text(reader: Reader): string {
  const found = /^r?'(.*)'$/.exec(reader.take());
  if (found === null) return reader.fail("expected a text before this");
  return (found[1] ?? "").replaceAll("\\'", "'");
}
