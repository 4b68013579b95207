import { expect, test } from "vitest";
import { isOrdinaryWord } from "../../../config/ordinary-word.ts";

test.each(["postgres", "changeme", "change-me", "CHANGE_ME", "Password", "access-key", "admin"])(
  "%s is a word of ordinary texts",
  (text) => {
    expect(isOrdinaryWord(text)).toBe(true);
  },
);

test.each(["hunter22", "qzxkvbwpfhgt", "kDjfQwLpzX", "correct-horse-battery", "p@ssword", "", "sk-"])(
  "%j is none",
  (text) => {
    expect(isOrdinaryWord(text)).toBe(false);
  },
);
