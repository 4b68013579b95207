/** Words that only that licence has. A project that merely mentions another licence does not quote them. */
const WORDS: Readonly<Record<string, RegExp>> = {
  "AGPL-3.0": /GNU AFFERO GENERAL PUBLIC LICENSE Version 3, 19 November/i,
  "GPL-2.0": /GNU GENERAL PUBLIC LICENSE Version 2, June/i,
  "GPL-3.0": /GNU GENERAL PUBLIC LICENSE Version 3, 29 June/i,
  "LGPL-2.1": /GNU LESSER GENERAL PUBLIC LICENSE Version 2\.1, February/i,
  "LGPL-3.0": /GNU LESSER GENERAL PUBLIC LICENSE Version 3, 29 June/i,
  "SSPL-1.0": /Server Side Public License/i,
  "BUSL-1.1": /Business Source License/i,
  "Elastic-2.0": /Elastic License/i,
  "MPL-2.0": /Mozilla Public License,? (version|v\.?) ?2\.0/i,
  "Apache-2.0": /Apache License,? Version 2\.0/i,
  MIT: /Permission is hereby granted, free of charge, to any person obtaining a copy/i,
  ISC: /Permission to use, copy, modify,? and(\/or)? distribute this software for any purpose with or without fee/i,
  "CC0-1.0": /CC0 1\.0 Universal/i,
  Unlicense: /This is free and unencumbered software released into the public domain/i,
  "BSL-1.0": /Boost Software License/i,
  Zlib: /This software is provided 'as-is', without any express or implied warranty/i,
};
const BSD = /Redistribution and use in source and binary forms/i;
const ENDORSEMENT = /may (not )?be used to endorse or promote/i;

/** The licences in a text, as an SPDX expression: of a text that holds several, all must be kept. Undefined: none of the known ones. */
export function licenceOfText(text: string): string | undefined {
  const flat = text.replaceAll(/[\s*#>]+/g, " ");
  const found = Object.entries(WORDS).flatMap(([name, words]) => (words.test(flat) ? [name] : []));
  if (BSD.test(flat)) found.push(ENDORSEMENT.test(flat) ? "BSD-3-Clause" : "BSD-2-Clause");
  return found.length === 0 ? undefined : found.sort().join(" AND ");
}
