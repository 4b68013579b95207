/** A text cut into words, read from left to right. What is not expected is an error that shows the place. */
export class Reader {
  readonly #text: string;
  readonly #words: readonly { readonly word: string; readonly at: number }[];
  #next = 0;

  /** @param word matches one word at its place (a sticky expression); blanks between words are skipped */
  constructor(text: string, word: RegExp) {
    this.#text = text;
    const words: { word: string; at: number }[] = [];
    const sticky = new RegExp(word.source, "y");
    for (let at = 0; at < text.length; at = sticky.lastIndex) {
      sticky.lastIndex = at;
      const found = sticky.exec(text);
      if (found === null) throw new Error(`Unknown at ${at}: ${text.slice(at, at + 40)} in ${text}`);
      if (found[0].trim() !== "") words.push({ word: found[0], at });
    }
    this.#words = words;
  }

  get done(): boolean {
    return this.#next >= this.#words.length;
  }

  /** The word that comes, without taking it; empty at the end. */
  peek(ahead = 0): string {
    return this.#words[this.#next + ahead]?.word ?? "";
  }

  take(): string {
    const word = this.peek();
    this.#next++;
    return word;
  }

  /** Takes the word if it comes next. */
  maybe(word: string): boolean {
    if (this.peek() !== word) return false;
    this.#next++;
    return true;
  }

  expect(...words: readonly string[]): void {
    for (const word of words) if (!this.maybe(word)) this.fail(`expected ${word}`);
  }

  number(): number {
    const value = Number(this.take());
    if (Number.isNaN(value)) this.fail("expected a number");
    return value;
  }

  /** What `one` reads, several times, with commas between. */
  several<T>(one: () => T): readonly T[] {
    const all = [one()];
    while (this.maybe(",")) all.push(one());
    return all;
  }

  fail(why: string): never {
    const at = this.#words[this.#next]?.at ?? this.#text.length;
    throw new Error(`Not understood (${why}) at ${at}: ${this.#text.slice(at, at + 40)} in ${this.#text}`);
  }
}
