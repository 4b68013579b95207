/** The name of an application as people read it: `game-scheduler` -> `Game Scheduler`. Pure. */
export const applicationName = (namespace: string): string =>
  namespace
    .split("-")
    .filter((word) => word !== "")
    .map((word) => word.charAt(0).toUpperCase() + word.slice(1))
    .join(" ");
