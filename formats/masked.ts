const MASK = "***";
/** A shorter one would mask words that are no secret. */
const SHORTEST = 4;

/** The text without these secrets, in the spellings that logs give them, and without the user and password of any address. Pure. */
export function masked(text: string, secrets: readonly string[]): string {
  const spellings = secrets
    .flatMap((secret) => [secret, ...secret.split("\n")])
    .map((secret) => secret.trim())
    .flatMap((secret) => [secret, encodeURIComponent(secret), JSON.stringify(secret).slice(1, -1), base64(secret)])
    .filter((spelling) => spelling.length >= SHORTEST)
    .sort((a, b) => b.length - a.length);
  return [...new Set(spellings)]
    .reduce((done, spelling) => done.replaceAll(spelling, MASK), text)
    .replace(/(\w:\/\/)[^\s/@]+@/g, `$1${MASK}@`);
}

const base64 = (secret: string): string => Buffer.from(secret).toString("base64");
