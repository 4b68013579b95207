/**
 * What a value of a configuration may be: a text `s`, truth value `b`, whole number `i`, number `n`, duration `d`, anything `?`; a list of `a`, a mapping from any
 * name to `m`, or a mapping with the keys `k` (`o`: and others that are not known; `s`: since this version there may be others).
 */
export type Shape =
  | "s"
  | "b"
  | "i"
  | "n"
  | "d"
  | "?"
  | { readonly a: Shape }
  | { readonly m: Shape }
  | { readonly k: Readonly<Record<string, Shape>>; readonly o?: 1; readonly s?: string };
