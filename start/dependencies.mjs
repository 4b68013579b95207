// Plain JavaScript in the dialect of Node 14: the machine's own Node reads this before the project's Node exists.

/**
 * Why the installed packages are not those of package-lock.json, or "" when they are.
 *
 * npm writes `node_modules/.package-lock.json` as its very last step, so an interrupted installation has none.
 *
 * @param {string} wantedJson the text of package-lock.json
 * @param {string | undefined} installedJson the text of node_modules/.package-lock.json, undefined when it is absent
 * @returns {string}
 */
export function staleReason(wantedJson, installedJson) {
  if (installedJson === undefined) return "not installed yet";
  const wanted = packagesOf(wantedJson);
  const installed = packagesOf(installedJson);
  if (wanted === undefined || installed === undefined) return "the list of installed packages cannot be read";
  for (const place of Object.keys(wanted)) {
    if (place === "" || wanted[place].link) continue;
    const found = installed[place];
    // npm leaves out optional packages made for another platform.
    if (found === undefined && wanted[place].optional) continue;
    if (found === undefined) return `${nameOf(place)} is missing`;
    if (found.version !== wanted[place].version) {
      return `${nameOf(place)} is ${found.version}, package-lock.json wants ${wanted[place].version}`;
    }
    if (found.integrity !== wanted[place].integrity) return `${nameOf(place)} differs from package-lock.json`;
  }
  for (const place of Object.keys(installed)) {
    if (wanted[place] === undefined) return `${nameOf(place)} is not in package-lock.json`;
  }
  return "";
}

function packagesOf(json) {
  try {
    return JSON.parse(json).packages;
  } catch (_) {
    return undefined;
  }
}

function nameOf(place) {
  return place.slice(place.lastIndexOf("node_modules/") + "node_modules/".length);
}
