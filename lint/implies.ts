/** Whether one condition holds wherever another one does, as far as their form shows it. Pure. */
import { patternOf } from "./regexp.ts";

/** One comparison: a place, how it is compared, and with what. */
interface Comparison {
  readonly place: string;
  readonly sign: string;
  readonly value: string;
}

const TEXT = /"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'/g;

/** Parts of a condition between words that stand in no parenthesis and no text. */
export function partsOf(text: string, word: RegExp): readonly string[] {
  const hidden = text.replace(TEXT, (quoted) => "\u0000".repeat(quoted.length));
  const parts: string[] = [];
  let depth = 0;
  let start = 0;
  for (let i = 0; i < hidden.length; i += 1) {
    if (hidden[i] === "(" || hidden[i] === "[") depth += 1;
    if (hidden[i] === ")" || hidden[i] === "]") depth -= 1;
    word.lastIndex = i;
    const found = depth === 0 ? word.exec(hidden) : null;
    if (found === null) continue;
    parts.push(text.slice(start, i));
    i += found[0].length - 1;
    start = i + 1;
  }
  return [...parts, text.slice(start)];
}

export const OR = /\s(?:or|\|\|)\s/y;
export const AND = /\s(?:and|&&)\s/y;

const COMPARES = /^([A-Za-z_][\w.]*(?:\[["'][^"']+["']\])*)\s*(==|!=|>=|<=|>|<)\s*("[^"]*"|'[^']*'|[\w.]+)$/;
const MATCHES = /^IsMatch\(\s*([^,]+?)\s*,\s*"((?:[^"\\]|\\.)*)"\s*\)$/;
const OPERATOR =
  /^([A-Za-z_][\w.]*(?:\[["'][^"']+["']\])*)\s+(matches|startsWith|contains|endsWith)\s+["']([^"']*)["']$/;

/** Without the parentheses around all of it, and with blanks as one writes them. */
function bare(text: string): string {
  const trimmed = text.trim().replace(/\s+/g, " ");
  if (!trimmed.startsWith("(") || !trimmed.endsWith(")")) return trimmed;
  const inside = trimmed.slice(1, -1);
  let depth = 0;
  for (const sign of inside.replace(TEXT, '""')) {
    if (sign === "(") depth += 1;
    if (sign === ")") depth -= 1;
    if (depth < 0) return trimmed;
  }
  return bare(inside);
}

function comparisonOf(text: string): Comparison | undefined {
  const [, place, sign, value] = COMPARES.exec(text) ?? [];
  if (place !== undefined && sign !== undefined && value !== undefined)
    return { place, sign, value: value.replace(/^(["'])(.*)\1$/, '"$2"') };
  const [, asked, pattern] = MATCHES.exec(text) ?? [];
  if (asked !== undefined && pattern !== undefined)
    return { place: asked, sign: "matches", value: `"${pattern.replaceAll("\\\\", "\\")}"` };
  const [, field, word, part] = OPERATOR.exec(text) ?? [];
  return field === undefined || word === undefined ? undefined : { place: field, sign: word, value: `"${part ?? ""}"` };
}

const SEVERITIES = ["TRACE", "DEBUG", "INFO", "WARN", "ERROR", "FATAL"];
/** A number, or the severity that a name stands for. */
function numberOf(value: string): number {
  const [, name = "", step] = /^SEVERITY_NUMBER_([A-Z]+)(\d?)$/.exec(value) ?? [];
  const at = SEVERITIES.indexOf(name);
  return at < 0 ? (/^[\d.]+$/.test(value) ? Number(value) : Number.NaN) : at * 4 + Number(step || 1);
}

/** Whether the one comparison holds wherever the other does. */
function follows(one: Comparison, from: Comparison): boolean {
  if (one.place !== from.place) return false;
  if (one.sign === from.sign && one.value === from.value) return true;
  const isText = from.value.startsWith('"');
  const text = from.value.slice(1, -1);
  if (one.sign === "!=" && one.value === "nil") return from.sign !== "!=" && from.value !== "nil";
  if (one.sign === "!=") return from.sign === "==" && one.value !== from.value && from.value !== "nil";
  const [a, b] = [numberOf(one.value), numberOf(from.value)];
  if (!Number.isNaN(a) && !Number.isNaN(b)) {
    if (/^(==|>=|>)$/.test(from.sign) && one.sign === ">=") return b >= a;
    if (/^(==|>=|>)$/.test(from.sign) && one.sign === ">") return from.sign === ">" ? b >= a : b > a;
    if (/^(==|<=|<)$/.test(from.sign) && one.sign === "<=") return b <= a;
    if (/^(==|<=|<)$/.test(from.sign) && one.sign === "<") return from.sign === "<" ? b <= a : b < a;
    return false;
  }
  const asked = one.value.slice(1, -1);
  if (!isText || !one.value.startsWith('"')) return false;
  const isWhole = from.sign === "==";
  const isStart = from.sign === "startsWith";
  if (one.sign === "startsWith") return (isWhole || isStart) && text.startsWith(asked);
  if (one.sign === "endsWith") return isWhole && text.endsWith(asked);
  if (one.sign === "contains") return (isWhole || isStart || from.sign === "contains") && text.includes(asked);
  if (one.sign === "matches") {
    if (isWhole) return patternOf(asked)?.matcher(text).find() === true;
    // a longer beginning is within a shorter one
    const [, short] = /^\^([\w./-]+?)(?:\.\*)?$/.exec(asked) ?? [];
    const [, long] = /^\^([\w./-]+)/.exec(text) ?? [];
    return from.sign === "matches" && short !== undefined && long?.startsWith(short) === true;
  }
  return false;
}

/** Whether `one` holds wherever `from` does; false where the forms do not show it. */
export function impliedBy(one: string, from: string): boolean {
  const [general, special] = [bare(one), bare(from)];
  if (general === special) return true;
  const ways = partsOf(special, OR);
  if (ways.length > 1) return ways.every((way) => impliedBy(general, way));
  const alternatives = partsOf(general, OR);
  if (alternatives.length > 1) return alternatives.some((way) => impliedBy(way, special));
  const given = partsOf(special, AND).map(bare);
  return partsOf(general, AND).every((part) => {
    const wanted = bare(part);
    if (given.includes(wanted)) return true;
    const comparison = comparisonOf(wanted);
    if (comparison === undefined) {
      const inner = partsOf(wanted, OR);
      return inner.length > 1 && inner.some((way) => impliedBy(way, special));
    }
    return given.some((each) => {
      const other = comparisonOf(each);
      return other !== undefined && follows(comparison, other);
    });
  });
}
