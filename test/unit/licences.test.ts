import { describe, expect, test } from "vitest";
import { lockedPackages } from "../licences/locked.ts";
import { EXCEPTIONS, isAllowed, nameOf } from "../licences/policy.ts";
import { licensed, readTable } from "../licences/table.ts";
import { licenceOfText } from "../licences/text.ts";

const packages = lockedPackages();

describe("the licences of what is built, linked and installed here", () => {
  test.each(["npm", "go", "python"] as const)("%s: every locked package has one that is allowed", (ecosystem) => {
    const judged = licensed().filter((one) => one.ecosystem === ecosystem);
    const problems = judged.flatMap(({ id, file, licence }) => {
      if (licence === undefined) return [`${id} (${file}) has no entry: run "node test/licences/renew.ts"`];
      return isAllowed(licence) || EXCEPTIONS.includes(nameOf(id))
        ? []
        : [`${id} (${file}) is under ${licence}, which is not allowed: use another package`];
    });
    expect([...new Set(problems)]).toEqual([]);
    expect(judged.length).toBeGreaterThan(50);
  });

  test("the table has no entry for a package that is not locked any more", () => {
    const locked = new Set(packages.map(({ id }) => id));
    const stale = Object.values(readTable()).flatMap((licences) =>
      Object.values(licences)
        .flat()
        .filter((id) => !locked.has(id)),
    );
    expect(stale, 'run "node test/licences/renew.ts"').toEqual([]);
  });

  test("an exception is made only for what is locked", () => {
    const locked = new Set(packages.map(({ id }) => nameOf(id)));
    expect(EXCEPTIONS.filter((name) => !locked.has(name))).toEqual([]);
  });

  test("a package without an entry, and one under the AGPL, are found", () => {
    const locked = { ecosystem: "go", id: "example.org/x@v1.0.0", file: "images/x/go.mod" } as const;
    expect(licensed({}, [locked])).toEqual([locked]);
    const table = { go: { "AGPL-3.0": ["example.org/x@v1.0.0"] } };
    expect(licensed(table, [locked]).map(({ licence }) => isAllowed(licence ?? ""))).toEqual([false]);
  });
});

describe("an SPDX expression is allowed", () => {
  test.each([
    ["MIT OR GPL-3.0", true],
    ["(BSD-3-Clause AND Apache-2.0)", true],
    ["Apache-2.0 WITH LLVM-exception", true],
    ["MIT AND AGPL-3.0", false],
    ["SSPL-1.0", false],
    ["BUSL-1.1", false],
    ["Elastic-2.0", false],
    ["LGPL-3.0", false],
    ["a licence nobody knows", false],
  ])("%s: %s", (expression, allowed) => {
    expect(isAllowed(expression)).toBe(allowed);
  });
});

describe("the text of a licence", () => {
  test.each([
    ["Apache License\n   Version 2.0, January 2004", "Apache-2.0"],
    ["Mozilla Public License Version 2.0 ... Secondary License: the GNU Affero General Public License", "MPL-2.0"],
    ["GNU AFFERO GENERAL PUBLIC LICENSE\n   Version 3, 19 November 2007", "AGPL-3.0"],
    ["Redistribution and use in source and binary forms ... THIS SOFTWARE IS PROVIDED", "BSD-2-Clause"],
    ["Redistribution and use in source and binary forms ... may be used to endorse or promote", "BSD-3-Clause"],
    ["Permission is hereby granted, free of charge, to any person obtaining a copy", "MIT"],
    ["All rights reserved.", undefined],
  ])("%j is %s", (text, licence) => {
    expect(licenceOfText(text)).toBe(licence);
  });
});
