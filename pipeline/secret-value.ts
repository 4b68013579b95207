/** A secret's content as the collector's file must hold it: no final newline, every `$` doubled. */
export function secretFileContent(value: string): string {
  return withoutFinalNewline(value).replaceAll("$", "$$$$");
}

/** The same for Alloy, to which a `$` means nothing. */
export function withoutFinalNewline(value: string): string {
  return value.replace(/[\r\n]+$/, "");
}
