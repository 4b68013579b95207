import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { hashInputs, type InputFile, inputFiles } from "../../../images/inputs.ts";

const file = (name: string, text: string): InputFile => ({ name, content: new TextEncoder().encode(text) });
const files = [file("Dockerfile", "FROM scratch\n"), file("conf/a.conf", "a=1\n")];
const hash = hashInputs({ kind: "dockerfile" }, files);

describe("the hash of an image's inputs", () => {
  test("is a fixed value for fixed inputs, so every machine computes the same reference", () => {
    expect(hash).toBe("3f6bf64a3d0b");
  });

  test("does not depend on the order in which a file system lists the files", () => {
    const anyFiles = fc.uniqueArray(fc.tuple(fc.string({ minLength: 1 }), fc.string()), { selector: ([name]) => name });
    fc.assert(
      fc.property(anyFiles, (pairs) => {
        const listed = pairs.map(([name, text]) => file(name, text));
        expect(hashInputs("recipe", listed.toReversed())).toBe(hashInputs("recipe", listed));
      }),
    );
  });

  test.each([
    ["a changed byte", { kind: "dockerfile" }, [file("Dockerfile", "FROM scratch \n"), files[1]]],
    ["a renamed file", { kind: "dockerfile" }, [file("Dockerfile2", "FROM scratch\n"), files[1]]],
    ["a removed file", { kind: "dockerfile" }, [files[0]]],
    ["another recipe", { kind: "rootfs" }, files],
    [
      "a byte moved to the next file",
      { kind: "dockerfile" },
      [file("Dockerfile", "FROM scratch"), file("conf/a.conf", "\na=1\n")],
    ],
  ])("changes with %s", (_, recipe, changed) => {
    expect(
      hashInputs(
        recipe,
        changed.filter((one) => one !== undefined),
      ),
    ).not.toBe(hash);
  });
});

describe("the files of a build context", () => {
  const names = inputFiles("images/postgres").map((one) => one.name);

  test("are those of the folder, sorted", () => {
    expect(names).toEqual(["Dockerfile", "docker-entrypoint.sh"]);
  });

  test("never include what an interpreter, a person's page or a certificate leaves there", () => {
    const everything = ["images/base", "images/collector", "example/python", "example/frontend"].flatMap((folder) =>
      inputFiles(folder).map((one) => one.name),
    );
    expect(everything.filter((name) => /__pycache__|\.pyc$|ca\.crt$|README/.test(name))).toEqual([]);
    expect(everything.length).toBeGreaterThan(10);
  });
});
