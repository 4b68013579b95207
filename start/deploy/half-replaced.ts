/**
 * Configs and secrets of a swarm are named after their content, and the new one is made before the old one goes. A `pulumi up` that fails in between leaves
 * both, the old one to be deleted by the next. Who then goes back asks for a name that exists, and Pulumi would make it anew: "already exists".
 */

/** A resource as `pulumi stack export` has it. */
interface ExportedResource {
  readonly urn: string;
  readonly type: string;
  /** To be deleted at the end of the next `up`: another one has taken its place. */
  readonly delete?: boolean;
  readonly outputs?: { readonly name?: unknown };
}

/** What `pulumi stack export` prints; there is more in it, which stays as it is. */
export interface ExportedState {
  readonly deployment?: { readonly resources?: readonly ExportedResource[] };
}

/** Both never change in a swarm, so one of the same name is the same. */
const NAMED_BY_CONTENT: ReadonlySet<string> = new Set([
  "docker:index/serviceConfig:ServiceConfig",
  "docker:index/secret:Secret",
]);

/** Those that are to be deleted although their place is taken. */
function replacedIn({ deployment }: ExportedState): readonly ExportedResource[] {
  const named = (deployment?.resources ?? []).filter(({ type }) => NAMED_BY_CONTENT.has(type));
  const living = new Set(named.filter((each) => each.delete !== true).map(({ urn }) => urn));
  return named.filter((each) => each.delete === true && living.has(each.urn));
}

/** Whether the state has both of anything. Pure. */
export const isHalfReplaced = (state: ExportedState): boolean => replacedIn(state).length > 0;

/** Names that a program gives to what it would change, by URN; none where `pulumi preview --json` printed something else. Pure. */
export function namesWanted(preview: string): ReadonlyMap<string, string> {
  const names = new Map<string, string>();
  for (const { urn, newState } of stepsOf(preview)) {
    const name = newState?.inputs?.name;
    if (urn !== undefined && typeof name === "string") names.set(urn, name);
  }
  return names;
}

interface PreviewStep {
  readonly urn?: string;
  readonly newState?: { readonly inputs?: { readonly name?: unknown } };
}

function stepsOf(preview: string): readonly PreviewStep[] {
  try {
    return (JSON.parse(preview) as { readonly steps?: readonly PreviewStep[] }).steps ?? [];
  } catch {
    return [];
  }
}

/**
 * The state in which what has a wanted name is in its place again, and what took that place is to be deleted. Undefined where there is nothing of the kind.
 * The order of resources stays, and with it what each depends on. Pure.
 */
export function inPlaceAgain<State extends ExportedState>(
  state: State,
  wanted: ReadonlyMap<string, string>,
): State | undefined {
  const again = new Map(
    replacedIn(state)
      .filter(({ urn, outputs }) => outputs?.name !== undefined && outputs.name === wanted.get(urn))
      .map((resource) => [resource.urn, resource] as const),
  );
  if (again.size === 0) return undefined;
  const resources = (state.deployment?.resources ?? []).map((resource) => {
    const back = again.get(resource.urn);
    if (back === undefined || (resource.delete === true && resource !== back)) return resource;
    return { ...resource, delete: resource !== back };
  });
  return { ...state, deployment: { ...state.deployment, resources } };
}
