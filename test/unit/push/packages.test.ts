import { describe, expect, test } from "vitest";
import { goProgram } from "../../../push/go-modules.ts";
import { distinct } from "../../../push/inventory.ts";
import { bundledPackages, debianPackages, npmPackage, pythonPackage } from "../../../push/packages.ts";

test("dpkg's list gives what is installed, and not what was removed", () => {
  const status = [
    "Package: libc6\nStatus: install ok installed\nArchitecture: amd64\nVersion: 2.41-12\nDescription: C library\n more",
    "Package: perl\nStatus: deinstall ok config-files\nArchitecture: amd64\nVersion: 5.40.1-6",
  ].join("\n\n");
  expect(debianPackages(`${status}\n`)).toEqual([
    { kind: "deb", name: "libc6", version: "2.41-12", architecture: "amd64" },
  ]);
});

describe("a Python package", () => {
  test("is called as an index calls it, with the licence that it says", () => {
    const metadata =
      "Metadata-Version: 2.4\nName: Typing_Extensions\nVersion: 4.15.0\nLicense-Expression: PSF-2.0\n\nName: not\n";
    expect(pythonPackage(metadata)).toEqual([
      { kind: "pypi", name: "typing-extensions", version: "4.15.0", licence: "PSF-2.0" },
    ]);
  });

  test("is none where the head of its file says no version", () => {
    expect(pythonPackage("Name: x\n\nVersion: 1\n")).toEqual([]);
  });
});

test("a package.json that only marks a folder's kind is no package", () => {
  expect(npmPackage('{"type":"module"}')).toEqual([]);
  expect(npmPackage("no JSON")).toEqual([]);
  expect(npmPackage('{"name":"@x/y","version":"1.0.0","license":"MIT"}')).toEqual([
    { kind: "npm", name: "@x/y", version: "1.0.0", licence: "MIT" },
  ]);
});

test("what a bundler took is known from the lock, of the image's own build and of those it starts from", () => {
  const names = (image: "console" | "instrumentation" | "redis") => bundledPackages(image).map(({ name }) => name);
  expect(names("console")).toContain("react-dom");
  expect(names("console")).not.toContain("vite");
  expect(names("instrumentation")).toContain("web-vitals");
  expect(names("redis")).toEqual([]);
});

test("a package that is there twice is listed once, and what was seen counts before what a lock says", () => {
  const seen = { kind: "npm", name: "a", version: "1" } as const;
  expect(distinct([seen, { ...seen, bundled: true }, { ...seen, version: "0" }])).toEqual([
    { ...seen, version: "0" },
    seen,
  ]);
});

describe("a Go program", () => {
  const text = (value: string): Buffer => {
    const length: number[] = [];
    for (let rest = value.length; ; rest = Math.floor(rest / 128)) {
      if (rest < 128) return Buffer.concat([Buffer.from([...length, rest]), Buffer.from(value, "latin1")]);
      length.push((rest % 128) + 128);
    }
  };
  const MARK = "0123456789abcdef";
  const program = (info: string, flags = 2, offset = 64): Buffer =>
    Buffer.concat([
      Buffer.alloc(offset),
      Buffer.from("\xff Go buildinf:", "latin1"),
      Buffer.from([8, flags]),
      Buffer.alloc(16),
      text("go1.26.8"),
      text(`${MARK}${info}${MARK}`),
      Buffer.alloc(64),
    ]);
  const info = [
    "path\texample.org/x/cmd",
    "mod\texample.org/x\t(devel)\t",
    "dep\texample.org/a\tv1.2.3\th1:abc=",
    "dep\texample.org/b\tv0.1.0",
    "=>\texample.org/fork\tv0.1.1\th1:def=",
    "dep\texample.org/here\tv0.0.0",
    "=>\t./here\t(devel)\t",
    "build\t-trimpath=true",
  ].join("\n");

  test("says its compiler and its modules, a replaced one as what replaced it", () => {
    expect(goProgram(program(info))).toEqual({
      compiler: "go1.26.8",
      modules: [
        { path: "example.org/a", version: "v1.2.3" },
        { path: "example.org/fork", version: "v0.1.1" },
      ],
    });
  });

  test.each([
    ["no Go program", Buffer.alloc(4096, 1)],
    ["one of a Go before 1.18", program(info, 0)],
    ["the mark as a constant of a program, at no boundary", program(info, 2, 61)],
    ["cut off", program(info).subarray(0, 100)],
  ])("is not found in what is %s", (_, binary) => {
    expect(goProgram(binary)?.modules ?? []).toEqual([]);
  });
});
