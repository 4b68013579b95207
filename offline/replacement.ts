import type { Registration } from "./registration.ts";

/** Changes a provider makes in place; every other one replaces. Types that are not listed: only their provider knows. */
const inPlace: Readonly<Record<string, readonly string[]>> = {
  // Docker provider 5.2.
  "docker:index/container:Container": [
    ...["attach", "cpuPeriod", "cpuQuota", "cpuSet", "cpuShares", "destroyGraceSeconds", "healthcheck", "init", "logs"],
    ...["maxRetryCount", "memory", "memoryReservation", "memorySwap", "mustRun", "removeVolumes", "restart", "rm"],
    ...["start", "tmpfs", "wait", "waitTimeout"],
  ],
  "docker:index/network:Network": [],
  "docker:index/volume:Volume": [],
  "docker:index/remoteImage:RemoteImage": ["keepLocally", "forceRemove"],
  // Every argument of a password is part of what it was made from.
  "random:index/randomPassword:RandomPassword": [],
};

/** Whether a change of this property replaces the resource, as far as that can be known without its provider. */
export function replaces({ type, options }: Registration, property: string): boolean {
  if (options.replaceOnChanges?.includes(property) === true) return true;
  const unaffected = inPlace[type];
  return unaffected !== undefined && !unaffected.includes(property);
}

/** Networks and volumes take the containers on them along when they are replaced, also where their name stays. */
export function takesAlong(urn: string): boolean {
  return /docker:index\/(network|volume):/.test(urn);
}
