import { Failure } from "../cli/failure.ts";
import { isList, isMap, mapOf, type PropertyMap, type PropertyValue } from "../offline/properties.ts";
import { type PropertyChange, propertyChanges } from "../offline/property-changes.ts";
import { nameOf } from "../offline/urn.ts";

/** A resource that is not as it was deployed. */
export interface Drifted {
  readonly urn: string;
  /** `docker:index/container:Container` */
  readonly type: string;
  readonly name: string;
  /** `unwanted`: it exists, and the code no longer has it (only where the code was asked). */
  readonly how: "gone" | "changed" | "unwanted";
  /** From as it was deployed to as it is; without values where they are secret, long, lists or objects. */
  readonly properties: readonly PropertyChange[];
  /** Its inputs as they were deployed. */
  readonly deployed: PropertyMap;
  /** As they are; empty where it is gone. */
  readonly actual: PropertyMap;
}

/** What the CLI was asked: the state alone, or what the code would change after a refresh. */
type Asked = "refresh" | "preview";

/** Steps of a preview that a refresh alone never has. */
const OF_CODE: readonly string[] = ["same", "create", "replace", "create-replacement", "delete-replaced"];

/**
 * Reads what `pulumi refresh --preview-only --json` or `pulumi preview --refresh --json` prints (CLI 3.260). Components and providers do not drift.
 * @throws Failure, one sentence, where the CLI says that it could not look, and for what is no answer of its: that would be read as "as deployed"
 */
export function driftOf(output: string): readonly Drifted[] {
  const { steps, diagnostics } = parsed(output);
  const error = diagnostics.find((each) => each.severity === "error");
  if (error !== undefined) throw new Failure(`Pulumi could not look: ${String(error.message ?? "").trim()}`);
  const asked: Asked = steps.some(({ op }) => OF_CODE.includes(String(op))) ? "preview" : "refresh";
  return steps.flatMap((step) => drifted(step, asked) ?? []);
}

/** What its answer has even for a stack of nothing. */
const SAID = ["steps", "diagnostics", "duration", "changeSummary"];
const WANTED = "Expected: what pulumi refresh --preview-only --json prints.";

function parsed(output: string): { steps: readonly PropertyMap[]; diagnostics: readonly PropertyMap[] } {
  let json: PropertyValue;
  try {
    json = JSON.parse(output);
  } catch {
    const said = output.trim().split("\n").at(-1) ?? "";
    const isText = said !== "" && !/[\p{Cc}\uFFFD]/u.test(said);
    throw new Failure(
      `Pulumi printed no JSON${isText ? `, but: ${said.slice(0, 300).replace(/\.$/, "")}` : ""}. ${WANTED}`,
    );
  }
  if (!isMap(json) || !SAID.some((key) => json[key] !== undefined))
    throw new Failure(`This JSON is no answer of Pulumi's: it says of nothing how it is. ${WANTED}`);
  const listOf = (key: string) => {
    const list = isMap(json) ? json[key] : undefined;
    return isList(list) ? list.filter(isMap) : [];
  };
  return { steps: listOf("steps"), diagnostics: listOf("diagnostics") };
}

function drifted(step: PropertyMap, asked: Asked): Drifted | undefined {
  const urn = String(step.urn ?? "");
  const [before, after] = [stateOf(step.oldState), stateOf(step.newState)];
  const type = String((after ?? before)?.type ?? "");
  const how = HOW[asked][String(step.op)];
  if (how === undefined || (after ?? before)?.custom !== true || type.startsWith("pulumi:")) return undefined;
  const [deployed, actual] = asked === "refresh" ? [before, after] : [after, before];
  const inputs = (state: PropertyMap | undefined) => withoutNotes(state?.inputs);
  const properties = how === "changed" && deployed && actual ? changed(step, deployed, actual) : [];
  return { urn, type, name: nameOf(urn), how, properties, deployed: inputs(deployed), actual: inputs(actual) };
}

/** What a step says of a resource; steps that are not named say that it is as it was. */
const HOW: Readonly<Record<Asked, Readonly<Record<string, Drifted["how"]>>>> = {
  refresh: { update: "changed", delete: "gone" },
  preview: { update: "changed", replace: "changed", create: "gone", delete: "unwanted" },
};

/** The provider names what differs; that an input is the same there says that only what it computes differs. */
function changed(step: PropertyMap, deployed: PropertyMap, actual: PropertyMap): readonly PropertyChange[] {
  const reasons = isList(step.diffReasons) ? step.diffReasons.map(String) : [];
  return reasons.flatMap((name) => {
    const differing = (part: "inputs" | "outputs") =>
      propertyChanges(withoutNotes(deployed[part])[name], withoutNotes(actual[part])[name], name);
    const found = differing("inputs");
    if (found.length > 0) return found;
    const computed = differing("outputs");
    return computed.length > 0 ? computed : [{ path: name }];
  });
}

const stateOf = (value: PropertyValue | undefined): PropertyMap | undefined => (isMap(value) ? value : undefined);

/** Without the notes of the bridge about defaults. */
const withoutNotes = (value: PropertyValue | undefined): PropertyMap =>
  mapOf(value === undefined ? value : plain(value));

function plain(value: PropertyValue): PropertyValue {
  if (isList(value)) return value.map(plain);
  if (!isMap(value)) return value;
  const entries = Object.entries(value).filter(([key]) => !key.startsWith("__"));
  return Object.fromEntries(entries.map(([key, item]) => [key, plain(item)]));
}
