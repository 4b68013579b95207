/** Letters of one case, or a capital and small ones, with separators between: how people write words, and generators of passwords do not. */
const WORDS = /^([a-z]+|[A-Z]+|[A-Z][a-z]+)([-_. ]([a-z]+|[A-Z]+|[A-Z][a-z]+))*$/;
const UNSPEAKABLE = /[bcdfghjklmnpqrstvwxz]{5}/i;

/**
 * Whether a secret is a word that stands in ordinary texts too: `postgres`, `changeme`, `access-key`. Where it stands says nothing then: a user, a
 * database and the stack itself are often called like the password. Only the name that it stands under does. Pure.
 */
export const isOrdinaryWord = (text: string): boolean =>
  text.length <= 16 && WORDS.test(text) && !UNSPEAKABLE.test(text);
