/**
 * Licences whose packages may be built, linked and delivered here: permissive ones, and MPL-2.0, whose duties end at the file that it
 * covers. AGPL, GPL, LGPL, SSPL, BUSL and Elastic's are not among them, and nothing that is not listed is allowed.
 */
export const ALLOWED: readonly string[] = [
  ...["0BSD", "Apache-2.0", "BlueOak-1.0.0", "BSD-2-Clause", "BSD-3-Clause", "BSL-1.0", "CC0-1.0", "CC-BY-3.0"],
  ...["CC-BY-4.0", "ISC", "MIT", "MIT-0", "MPL-2.0", "PSF-2.0", "Python-2.0", "Unicode-3.0", "Unlicense", "Zlib"],
  "ZPL-2.1",
];

/** Whether an SPDX expression gives us a choice that is allowed: one side of an OR, both sides of an AND. */
export function isAllowed(expression: string): boolean {
  const plain = expression.replaceAll(/[()]/g, " ").trim();
  const sides = plain.split(/\s+OR\s+/i).map((side) => side.split(/\s+AND\s+/i));
  return sides.some((side) => side.every((licence) => ALLOWED.includes(licence.trim().split(/\s+WITH\s+/i)[0] ?? "")));
}

/**
 * Packages under other licences, by name, each with the reason why it does not bind what is delivered. Psycopg is used by the example of another
 * team alone, unchanged, and imported as it was installed, which is what the LGPL asks for; Dramatiq is started by tests of the instrumentation, as
 * a team's application would have it, and is in nothing that is built.
 */
export const EXCEPTIONS: readonly string[] = ["dramatiq", "psycopg", "psycopg-binary", "psycopg-pool"];

/** `name@version` -> its name. */
export const nameOf = (id: string): string => id.slice(0, id.lastIndexOf("@"));
