import { Failure } from "./failure.ts";

/** Stack names end up in Docker names and in paths. Throws a Failure for one that cannot. */
export function stackName(given: string | undefined): string {
  const name = given ?? "dev";
  if (/^[a-z0-9][a-z0-9-]{0,39}$/.test(name)) return name;
  throw new Failure(
    `--stack "${name}" cannot be part of a container's name: use up to 40 lower-case letters, digits and dashes.`,
  );
}
