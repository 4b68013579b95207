import { resolve } from "node:path";
import { gunzipSync } from "node:zlib";
import { compare, type Step } from "../../offline/compare.ts";
import { type RecordArgs, recordProgram } from "../../offline/engine.ts";
import { launch } from "../../offline/launcher.ts";
import { isList, isMap, type PropertyMap, type PropertyValue } from "../../offline/properties.ts";
import type { Recording, Registration } from "../../offline/registration.ts";
import { unwrap } from "../../offline/secrets.ts";
import { loadStackConfig } from "../../offline/stack-config.ts";
import { findLeaks, type Leak } from "./leaks.ts";
import { launchInHost } from "./recorder/launch.ts";

export interface ProgramArgs {
  /** Stack whose file is read. Default: dev. */
  readonly stack?: string;
  /** Config on top of the stack file, by short key or path (`sampling.mode`); what is not a text is given as JSON. */
  readonly config?: Readonly<Record<string, PropertyValue>>;
  /** The same, as secrets. */
  readonly secrets?: Readonly<Record<string, string>>;
  readonly dummySecrets?: boolean;
  /** True: ids and computed values are unknown, as in `pulumi preview`. Default: false. */
  readonly preview?: boolean;
  /** Folder of Pulumi.yaml. Default: this project. */
  readonly projectDir?: string;
  /** Starts the program. Default: this project's in the host of the test process, others by the SDK's launcher. */
  readonly launch?: RecordArgs["launch"];
}

/** A container in the words of a test: plain values, by name. */
export interface ContainerView {
  /** Logical name: `api`. */
  readonly name: string;
  readonly registration: Registration;
  /** Name of the image, traced back from its id. */
  readonly image: string;
  /** Environment, secrets in plain text: for comparing, never for printing. */
  readonly env: Readonly<Record<string, string>>;
  /** Path -> content of uploaded files. */
  readonly files: Readonly<Record<string, string>>;
  /** All inputs, secrets in plain text. */
  readonly inputs: PropertyMap;
}

const root = resolve(import.meta.dirname, "..", "..");
const runs = new Map<string, Promise<ProgramRun>>();

/** Runs the whole program on the recording engine. The same question within one test file is answered from memory. */
export function program(args: ProgramArgs = {}): Promise<ProgramRun> {
  const key = JSON.stringify(args);
  const known = runs.get(key) ?? record(args);
  runs.set(key, known);
  return known;
}

/** The same, always anew and kept nowhere: for a file with many recordings. */
export async function record(args: ProgramArgs): Promise<ProgramRun> {
  const projectDir = args.projectDir ?? root;
  const set = [
    // A commit of its own, since the one checked out may change between two recordings.
    ...Object.entries({ ...(projectDir === root && { commit: "0123456789abcdef" }), ...args.config }).map(
      ([path, value]) => ({
        path,
        value: typeof value === "string" ? value : JSON.stringify(value),
        secret: false,
      }),
    ),
    ...Object.entries(args.secrets ?? {}).map(([path, value]) => ({ path, value, secret: true })),
  ];
  const stack = loadStackConfig({
    projectDir,
    stack: args.stack ?? "dev",
    set,
    dummySecrets: args.dummySecrets ?? false,
  });
  const recording = await recordProgram({
    projectDir,
    ...stack,
    preview: args.preview ?? false,
    launch: args.launch ?? (projectDir === root ? launchInHost : launch),
    // runs wait for each other
    timeoutMs: 600_000,
  });
  return new ProgramRun(recording);
}

/** One run of the program, with the questions tests ask. */
export class ProgramRun {
  readonly recording: Recording;

  constructor(recording: Recording) {
    this.recording = { ...recording, registrations: recording.registrations.map(withFilesUnpacked) };
  }

  get registrations(): readonly Registration[] {
    return this.recording.registrations;
  }

  /** Outputs of the stack, secrets in plain text. */
  get outputs(): PropertyMap {
    return unwrap(this.recording.outputs) as PropertyMap;
  }

  get exitCode(): number {
    return this.recording.exitCode;
  }

  /** Messages of error diagnostics. */
  get errors(): readonly string[] {
    return this.recording.diagnostics.filter((d) => d.severity === "error").map((d) => d.message);
  }

  get warnings(): readonly string[] {
    return this.recording.diagnostics.filter((d) => d.severity === "warning").map((d) => d.message);
  }

  byType(type: string): readonly Registration[] {
    return this.registrations.filter((r) => r.type === type);
  }

  /** The one resource of that logical name (and type, where several share it). Throws when it is not exactly one. */
  byName(name: string, type?: string): Registration {
    const found = this.registrations.filter((r) => r.name === name && (type === undefined || r.type === type));
    const [only] = found;
    if (only !== undefined && found.length === 1) return only;
    throw new Error(`${found.length} resources are called "${name}": ${found.map((r) => r.urn).join(", ") || "none"}.`);
  }

  parentOf(registration: Registration): Registration | undefined {
    return this.registrations.find((r) => r.urn === registration.parent);
  }

  childrenOf(registration: Registration): readonly Registration[] {
    return this.registrations.filter((r) => r.parent === registration.urn);
  }

  containers(): readonly ContainerView[] {
    return this.byType(CONTAINER).map((registration) => this.#view(registration));
  }

  container(name: string): ContainerView {
    return this.#view(this.byName(name, CONTAINER));
  }

  /** Places where the canary is plain text. */
  leaks(canary: string): readonly Leak[] {
    return findLeaks(this.registrations, canary);
  }

  #view(registration: Registration): ContainerView {
    const inputs = unwrap(registration.inputs) as PropertyMap;
    const imageId = String(inputs.image);
    const image = this.byType("docker:index/remoteImage:RemoteImage").find((r) => r.outputs.imageId === imageId);
    const assignments = (inputs.envs ?? []) as readonly string[];
    const uploads = (inputs.uploads ?? []) as readonly { readonly file: string; readonly content: string }[];
    return {
      name: registration.name,
      registration,
      image: image === undefined ? imageId : String(image.inputs.name),
      env: Object.fromEntries(assignments.map((text) => [text.split("=", 1)[0], text.slice(text.indexOf("=") + 1)])),
      files: Object.fromEntries(uploads.map(({ file, content }) => [file, content])),
      inputs,
    };
  }
}

const CONTAINER = "docker:index/container:Container";
const PACKED = ".gz.base64";

/** With the texts of packed files in their place, so that every test reads them, and finds in them what should not be there. */
function withFilesUnpacked(registration: Registration): Registration {
  const { uploads } = registration.inputs;
  if (!isList(uploads)) return registration;
  const files = uploads.map((upload) => {
    if (!isMap(upload) || typeof upload.file !== "string" || !upload.file.endsWith(PACKED)) return upload;
    const content = gunzipSync(Buffer.from(String(upload.content), "base64")).toString("utf8");
    return { ...upload, file: upload.file.slice(0, -PACKED.length), content };
  });
  return { ...registration, inputs: { ...registration.inputs, uploads: files } };
}

/** What an update from one recording to the next would do, as lists of URNs. */
export type Touched = Readonly<Record<Step, readonly string[]>>;

/** The steps from `before` to `after`: see offline/compare.ts for what is known about replacing. */
export function touched(before: ProgramRun, after: ProgramRun): Touched {
  const changes = compare(before.recording, after.recording);
  const urns = (step: Step) => changes.filter((change) => change.step === step).map((c) => c.registration.urn);
  return { create: urns("create"), update: urns("update"), replace: urns("replace").sort(), delete: urns("delete") };
}
