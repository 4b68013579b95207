import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { afterEach, describe, expect, test } from "vitest";
import { secretsFileOf, secretsOfStack } from "../../../offline/secret-settings.ts";

const stack = "secrets-test";
const file = secretsFileOf(stack);

afterEach(() => rmSync(path.dirname(file), { recursive: true, force: true }));

const write = (text: string, mode: number) => {
  mkdirSync(path.dirname(file), { recursive: true, mode: 0o700 });
  writeFileSync(file, text, { mode });
};

describe("the secrets of a stack on this machine", () => {
  test("are read where they exist, and nothing is made where they do not", () => {
    expect(secretsOfStack(stack)).toEqual([]);
    write('postgresPassword: hunter22\nsecrets.django-secret-key: "0123"\n', 0o600);
    expect(secretsOfStack(stack)).toEqual([
      { path: "postgresPassword", value: "hunter22", secret: true },
      { path: "secrets.django-secret-key", value: "0123", secret: true },
    ]);
  });

  test("are refused where others can read them", () => {
    write("postgresPassword: hunter22\n", 0o644);
    expect(() => secretsOfStack(stack)).toThrow(
      /^--secrets-file: \.local\/secrets-test\/secrets\.yaml can be read by others/,
    );
  });
});
