import { type Change, compare } from "../offline/compare.ts";
import type { PropertyMap, PropertyValue } from "../offline/properties.ts";
import type { Recording, Registration } from "../offline/registration.ts";
import { stored } from "./stored.ts";

const IMAGE = "docker:index/remoteImage:RemoteImage";

/** What this repository builds has another name since 0.2.0. Docker knows an image by its content: for a name alone nothing restarts. */
const FORMER_IMAGE = /^game-scheduler-otel\//;

/** The steps from what a release made to what the program makes now, by the rules of Pulumi's engine (offline/compare.ts). */
export function planUpgrade(
  before: readonly Registration[],
  after: Pick<Recording, "registrations">,
): readonly Change[] {
  return compare({ registrations: before.map(underPresentName) }, { registrations: stored(after) });
}

function underPresentName(registration: Registration): Registration {
  const { type, inputs } = registration;
  return type === IMAGE ? { ...registration, inputs: { ...inputs, ...presentName(inputs.name) } } : registration;
}

const presentName = (name: PropertyValue | undefined): PropertyMap =>
  typeof name === "string" ? { name: name.replace(FORMER_IMAGE, "localhost/$&") } : {};

const VOLUME = "docker:index/volume:Volume";

/**
 * Steps that nobody can undo: of what is protected, of generated passwords, and of a volume whose data would be left behind. What is only no
 * longer managed (retainOnDelete) is not lost.
 */
export function lost(changes: readonly Change[], before: readonly Registration[]): readonly Change[] {
  const was = new Map(before.map((r) => [r.urn, r.options]));
  return changes.filter(({ step, registration: { urn, type } }) => {
    if (step !== "delete" && step !== "replace") return false;
    const { protect, retainOnDelete } = was.get(urn) ?? {};
    const leavesData = type === VOLUME && retainOnDelete === true && step === "replace";
    return protect === true || leavesData || type.startsWith("random:");
  });
}
