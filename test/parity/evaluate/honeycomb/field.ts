import { Reader } from "../reader.ts";
import type { Columns, Value } from "./events.ts";

/** A calculated field of an event, or a formula over calculations: undefined where what it needs is missing. */
export type Field = (columns: Partial<Columns>) => Value | undefined;

const WORD = /\s+|"(?:[^"\\]|\\.)*"|\$[\w.]+|[A-Z_]+|-?\d+(?:\.\d+)?|true|false|[(),]/;

/**
 * https://docs.honeycomb.io/reference/derived-column-formula/reference
 *
 * @throws Error for a function or form that our compiler does not write today; RATE(), INCREASE() and LAST() are for metrics alone
 */
export function readField(text: string): Field {
  const reader = new Reader(text, WORD);
  const field = expression(reader);
  if (!reader.done) reader.fail("expected the end");
  return field;
}

function expression(reader: Reader): Field {
  const word = reader.take();
  if (word.startsWith("$")) return (columns) => columns[word.slice(1)];
  if (word.startsWith('"')) return () => JSON.parse(word) as string;
  if (word === "true" || word === "false") return () => word === "true";
  if (/^-?\d/.test(word)) return () => Number(word);
  reader.expect("(");
  const parts = reader.several(() => expression(reader));
  reader.expect(")");
  return call(word, parts, reader);
}

function call(name: string, parts: readonly Field[], reader: Reader): Field {
  const [first = nothing, second = nothing, third = nothing] = parts;
  const numbers = (how: (a: number, b: number) => number | boolean | undefined): Field => {
    return (event) => {
      const [a, b] = [first(event), second(event)];
      return typeof a === "number" && typeof b === "number" ? how(a, b) : undefined;
    };
  };
  switch (name) {
    case "IF":
      return (event) => (first(event) === true ? second(event) : third(event));
    case "EXISTS":
      return (event) => first(event) !== undefined;
    case "COALESCE":
      return (event) => parts.map((part) => part(event)).find((value) => value !== undefined);
    case "OR":
      return (event) => parts.some((part) => part(event) === true);
    case "AND":
      return (event) => parts.every((part) => part(event) === true);
    case "NOT":
      return (event) => first(event) !== true;
    case "EQUALS":
      return (event) => first(event) === second(event);
    case "IN":
      return (event) => parts.slice(1).some((part) => part(event) === first(event));
    case "STARTS_WITH":
      return (event) => String(first(event) ?? "").startsWith(String(second(event)));
    case "CONTAINS":
      return (event) => String(first(event) ?? "").includes(String(second(event)));
    case "LT":
      return numbers((a, b) => a < b);
    case "LTE":
      return numbers((a, b) => a <= b);
    case "GT":
      return numbers((a, b) => a > b);
    case "SUB":
      return numbers((a, b) => a - b);
    case "MUL":
      return numbers((a, b) => a * b);
    case "GTE":
      return numbers((a, b) => a >= b);
    case "DIV":
      return numbers((a, b) => (b === 0 ? undefined : a / b));
    case "SUM":
      // what is missing is left out of a sum
      return (event) => {
        const values = parts.map((part) => part(event)).filter((value) => typeof value === "number");
        return values.length === 0 ? undefined : values.reduce((sum, value) => sum + value, 0);
      };
    default:
      return reader.fail(`unknown function ${name} before this`);
  }
}

const nothing: Field = () => undefined;
