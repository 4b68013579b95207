/** Older ones know neither inline configs nor `--wait-timeout`. */
const OLDEST = { major: 2, minor: 20 } as const;

/** Whether `2.26.1-4` or the like is version 2.20 or newer. */
export function isNewEnough(version: string): boolean {
  const [major, minor] = (/^(\d+)\.(\d+)/.exec(version)?.slice(1) ?? []).map(Number);
  if (major === undefined || minor === undefined) return false;
  return major > OLDEST.major || (major === OLDEST.major && minor >= OLDEST.minor);
}
