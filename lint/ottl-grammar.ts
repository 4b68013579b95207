import type { OttlProblem } from "./ottl-names.ts";

/**
 * Sentences of the transformation language (`pkg/ottl/grammar.go` of the collector's sources): conditions are comparisons or calls that are joined by and, or, not; a
 * path or a text alone is none. Pure; what it does not know (lambdas) it lets pass.
 */
export function grammarProblem(text: string, kind: "condition" | "statement"): OttlProblem | undefined {
  if (/=>|->/.test(text)) return undefined;
  const reader = new Reader(text);
  try {
    if (kind === "statement") {
      reader.call();
      if (reader.next !== "where") {
        if (reader.next !== "") throw reader.wrong("where must follow a function", "write where before the condition");
        return undefined;
      }
      reader.take();
    }
    reader.condition();
    if (reader.next !== "")
      throw reader.wrong(
        `nothing can follow the condition but and, or: ${reader.next}`,
        "join conditions with and, or",
      );
    return undefined;
  } catch (error) {
    if (error instanceof Wrong) return error.problem;
    throw error;
  }
}

class Wrong extends Error {
  readonly problem: OttlProblem;
  constructor(problem: OttlProblem) {
    super(problem.message);
    this.problem = problem;
  }
}

const COMPARISON = /^(==|!=|<=|>=|<|>)$/;
/** Deeper ones are nobody's condition. */
const DEEPEST = 100;

class Reader {
  readonly #tokens: readonly string[];
  #at = 0;
  #depth = 0;

  constructor(text: string) {
    this.#tokens =
      text.match(/"(?:\\.|[^"\\])*"|[A-Za-z_]\w*|\d*\.\d+(?:[eE][-+]?\d+)?|0x[0-9a-fA-F]+|\d+|==|!=|<=|>=|\S/g) ?? [];
  }

  get next(): string {
    return this.#tokens[this.#at] ?? "";
  }

  take(): string {
    const token = this.next;
    this.#at += 1;
    return token;
  }

  wrong(message: string, fix: string): Wrong {
    return new Wrong({ message, fix });
  }

  condition(): void {
    if (++this.#depth > DEEPEST) throw this.wrong("the condition is too deep", "split it");
    this.#member();
    while (this.next === "and" || this.next === "or") {
      this.take();
      this.#member();
    }
    this.#depth -= 1;
  }

  #member(): void {
    if (this.next === "not") this.take();
    if (this.next === "(" && !this.#isArithmetic()) {
      this.take();
      this.condition();
      this.#expect(")");
      return;
    }
    const start = this.#at;
    const isCall = this.#value();
    if (COMPARISON.test(this.next)) {
      this.take();
      this.#value();
      return;
    }
    const alone = this.#tokens.slice(start, this.#at).join("").slice(0, 60);
    if (isCall || /^(true|false)$/.test(alone)) return;
    throw this.wrong(
      `${alone} is no condition`,
      "compare it with ==, or write a function such as IsString(…) or IsMatch(…)",
    );
  }

  /** Whether a parenthesis holds a sum that is compared, `(a + b) > 3`, and not a condition. */
  #isArithmetic(): boolean {
    let depth = 0;
    for (let i = this.#at; i < this.#tokens.length; i += 1) {
      const token = this.#tokens[i] ?? "";
      if (token === "(") depth += 1;
      if (token === ")") depth -= 1;
      if (depth === 0) return COMPARISON.test(this.#tokens[i + 1] ?? "") || /^[-+*/]$/.test(this.#tokens[i + 1] ?? "");
      if (depth === 1 && (COMPARISON.test(token) || /^(and|or|not)$/.test(token))) return false;
    }
    return false;
  }

  /** A value, with arithmetic; whether it is one call and nothing else. */
  #value(): boolean {
    if (++this.#depth > DEEPEST) throw this.wrong("the expression is too deep", "split it");
    let isCall = this.#operand();
    // a sign may be part of the number that follows
    while (/^[-+*/]$/.test(this.next) || /^\d/.test(this.next)) {
      if (/^[-+*/]$/.test(this.next)) this.take();
      this.#operand();
      isCall = false;
    }
    this.#depth -= 1;
    return isCall;
  }

  #operand(): boolean {
    if (/^[-+]$/.test(this.next)) this.take();
    const token = this.take();
    if (token === "") throw this.wrong("it ends where a value must follow", "complete it");
    if (token === "(") {
      this.#value();
      this.#expect(")");
      return false;
    }
    if (token === "[") {
      this.#list("]", () => this.#value());
      return false;
    }
    if (token === "{") {
      this.#list("}", () => {
        this.#value();
        this.#expect(":");
        this.#value();
      });
      return false;
    }
    if (/^(and|or|not|where)$/.test(token) || !/^["\w.]/.test(token))
      throw this.wrong(
        `a value is expected where ${token} stands`,
        "write a path, a text in double quotes, a number or a function",
      );
    if (!/^[A-Za-z_]/.test(token)) return false;
    if (this.next === "(") {
      this.#arguments();
      this.#keys();
      return true;
    }
    this.#keys();
    while (this.next === ".") {
      this.take();
      this.take();
      this.#keys();
    }
    return false;
  }

  #keys(): void {
    while (this.next === "[") {
      this.take();
      if (this.next.startsWith("]")) throw this.wrong("[ ] holds no key", 'write a key, such as ["http.route"]');
      this.#value();
      this.#expect("]");
    }
  }

  /** A function and its arguments. */
  call(): void {
    this.take();
    this.#arguments();
  }

  #arguments(): void {
    this.#expect("(");
    this.#list(")", () => {
      if (this.#tokens[this.#at + 1] === "=") {
        this.take();
        this.take();
      }
      this.#value();
    });
  }

  #list(end: string, item: () => void): void {
    if (this.#takes(end)) return;
    for (;;) {
      item();
      if (!this.#takes(",")) break;
      // a mapping may end with a comma
      if (end === "}" && this.#takes(end)) return;
    }
    this.#expect(end);
  }

  /** Takes a sign where it stands next. */
  #takes(sign: string): boolean {
    if (this.next !== sign) return false;
    this.take();
    return true;
  }

  #expect(sign: string): void {
    if (this.next !== sign)
      throw this.wrong(
        this.next === "" ? `${sign} is missing at the end` : `${sign} is expected where ${this.next} stands`,
        sign === ")" || sign === "]"
          ? "separate with commas, and join conditions outside of parentheses"
          : `write ${sign}`,
      );
    this.take();
  }
}
