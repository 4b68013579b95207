import { stripVTControlCharacters } from "node:util";
import { MASK } from "../cli/mask.ts";
import type { PropertyMap } from "./properties.ts";
import type {
  Diagnostic,
  HookRegistration,
  Invocation,
  PackageRegistration,
  Recording,
  Registration,
} from "./registration.ts";
import { STACK_TYPE } from "./urn.ts";

type Told = "hide" | "addRegistration" | "addOutputs" | "addDiagnostic" | "addHook" | "addPackage" | "addInvocation";

/** One call of a book's methods, as it travels between processes: the method and its arguments, all of them JSON. */
export type Entry = { [M in Told]: readonly [M, ...Parameters<Book[M]>] }[Told];

/** Collects what a program says while it runs. */
export class Book {
  readonly #registrations = new Map<string, Registration>();
  readonly #diagnostics: Diagnostic[] = [];
  readonly #hooks: HookRegistration[] = [];
  readonly #packages: PackageRegistration[] = [];
  readonly #invocations: Invocation[] = [];
  readonly #secretTexts = new Set<string>();
  readonly #tell: (entry: Entry) => void;
  rootUrn = "";

  /** @param tell hears of everything that is written down here, for a second book elsewhere */
  constructor(tell: (entry: Entry) => void = () => undefined) {
    this.#tell = tell;
  }

  /** Makes a call that another book recorded. */
  copy([method, ...args]: Entry): void {
    Reflect.apply(this[method], this, args);
  }

  /** This must not appear in a message, as the CLI keeps it out of its own. A text too short to be a secret would blacken innocent words. */
  hide(text: string): void {
    this.#tell(["hide", text]);
    if (text.length >= 4) this.#secretTexts.add(text);
  }

  has(urn: string): boolean {
    return this.#registrations.has(urn);
  }

  registrations(): readonly Registration[] {
    return [...this.#registrations.values()];
  }

  addRegistration(registration: Registration): void {
    this.#tell(["addRegistration", registration]);
    this.#registrations.set(registration.urn, registration);
  }

  addOutputs(urn: string, outputs: PropertyMap): void {
    this.#tell(["addOutputs", urn, outputs]);
    const registration = this.#registrations.get(urn);
    if (registration === undefined) return;
    this.#registrations.set(urn, { ...registration, outputs: { ...registration.outputs, ...outputs } });
  }

  addDiagnostic(diagnostic: Diagnostic): void {
    this.#tell(["addDiagnostic", diagnostic]);
    const plain = stripVTControlCharacters(diagnostic.message);
    const message = [...this.#secretTexts].reduce((text, secret) => text.replaceAll(secret, MASK), plain);
    this.#diagnostics.push({ ...diagnostic, message });
  }

  addHook(hook: HookRegistration): void {
    this.#tell(["addHook", hook]);
    this.#hooks.push(hook);
  }

  /** The same package asked for twice is one package. */
  addPackage(given: Omit<PackageRegistration, "ref">): string {
    this.#tell(["addPackage", given]);
    const key = JSON.stringify(given);
    const known = this.#packages.find(({ ref: _, ...rest }) => JSON.stringify(rest) === key);
    if (known !== undefined) return known.ref;
    const ref = `package-${this.#packages.length + 1}`;
    this.#packages.push({ ref, ...given });
    return ref;
  }

  addInvocation(invocation: Invocation): void {
    this.#tell(["addInvocation", invocation]);
    this.#invocations.push(invocation);
  }

  hasErrors(): boolean {
    return this.#diagnostics.some((d) => d.severity === "error");
  }

  close(run: { project: string; stack: string; preview: boolean; exitCode: number }): Recording {
    // The order of arrival depends on timing; a record that is compared and committed must not.
    const registrations = this.registrations().toSorted(stackFirstThenUrn);
    return {
      project: run.project,
      stack: run.stack,
      preview: run.preview,
      registrations,
      outputs: registrations.find((r) => r.type === STACK_TYPE)?.outputs ?? {},
      diagnostics: this.#diagnostics,
      hooks: this.#hooks.toSorted((a, b) => (a.name < b.name ? -1 : 1)),
      packages: this.#packages,
      invocations: this.#invocations,
      exitCode: run.exitCode,
    };
  }
}

function stackFirstThenUrn(a: Registration, b: Registration): number {
  if (a.type === STACK_TYPE || b.type === STACK_TYPE) return a.type === STACK_TYPE ? -1 : 1;
  return a.urn < b.urn ? -1 : 1;
}
