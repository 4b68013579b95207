import type { Reader } from "../reader.ts";
import type { Row } from "./rows.ts";

export type Test = (row: Row) => boolean;

/** Words of the NRQL our compilers write. */
export const WORD = /\s+|`[^`]+`|r?'(?:[^'\\]|\\.)*'|\d+(?:\.\d+)?|[A-Za-z_][\w.]*|>=|<=|!=|[-+*/(),=<]/;

/** Conditions joined by AND, as far as our compiler writes them. */
export function readConditions(reader: Reader): Test {
  const tests = [condition(reader)];
  while (reader.maybe("AND")) tests.push(condition(reader));
  return (row) => tests.every((test) => test(row));
}

function condition(reader: Reader): Test {
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
      const wanted = reader.several(() => literal(reader));
      reader.expect(")");
      return (row) => wanted.some((one) => one === row[key]);
    }
    case "IS":
      reader.expect("NOT", "NULL");
      return (row) => row[key] !== undefined;
    case "RLIKE": {
      const pattern = new RegExp(`^(?:${text(reader)})$`);
      return (row) => typeof row[key] === "string" && pattern.test(row[key]);
    }
    case "LIKE": {
      const pattern = text(reader);
      if (!/^%[^%_]*%$/.test(pattern)) reader.fail("expected LIKE '%text%'");
      return (row) => typeof row[key] === "string" && row[key].includes(pattern.slice(1, -1));
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
