import { describe, expect, test } from "vitest";
import { impliedBy } from "../../../lint/implies.ts";

describe("a condition holds wherever the other one does", () => {
  test.each([
    ['a == "x"', 'a == "x" and b == "y"'],
    ['a == "x" or a == "y"', 'a == "y"'],
    ["a != nil", 'a == "x"'],
    ['a != "x"', 'a == "y"'],
    ['IsMatch(a, "^shop-.*")', 'a == "shop-pay"'],
    ['IsMatch(a, "^shop-")', 'IsMatch(a, "^shop-pay.*")'],
    ["severity_number >= SEVERITY_NUMBER_WARN", "severity_number >= SEVERITY_NUMBER_ERROR"],
    ["severity_number > 8", "severity_number == SEVERITY_NUMBER_FATAL"],
    ["n <= 10", "n < 10"],
    ['(a == "x")', 'b == "y" and (a == "x")'],
    ['a == "x"', '(a == "x" and b == "y") or (a == "x" and c == "z")'],
    ['body startsWith "{"', 'body startsWith "{" and body contains "audit"'],
  ])("%s, from %s", (one, from) => {
    expect(impliedBy(one, from)).toBe(true);
  });
});

describe("it does not, or nobody can tell", () => {
  test.each([
    ['a == "x" and b == "y"', 'a == "x"'],
    ['a == "x"', 'a == "x" or b == "y"'],
    ["a != nil", 'a != "x"'],
    ['a != "x"', 'a == "x"'],
    ['a != "x"', 'b == "y"'],
    ['IsMatch(a, "^shop-")', 'a == "bank"'],
    ["severity_number >= SEVERITY_NUMBER_ERROR", "severity_number >= SEVERITY_NUMBER_WARN"],
    ["n < 10", "n <= 10"],
    ['not (a == "x")', 'a == "x"'],
    ["((", "a == 1"],
    ["", "a == 1"],
  ])("%s, from %s", (one, from) => {
    expect(impliedBy(one, from)).toBe(false);
  });
});
