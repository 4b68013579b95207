import { type Note, noteLines } from "./notes.ts";

/** What `npm run adopt` says; `--json` prints it as it is. */
export interface AdoptReport {
  readonly stack: string;
  readonly file: string;
  readonly written: boolean;
  readonly services: readonly {
    readonly name: string;
    readonly kind: string;
    readonly role?: string;
    readonly instrumentation?: string;
    readonly once?: boolean;
  }[];
  readonly notTakenOver: readonly Note[];
  readonly remarks: readonly string[];
  /** Names of secrets, never their texts. */
  readonly secrets: readonly string[];
  readonly secretsFile: string;
  /** What must be done before `npm start`. */
  readonly todos: readonly string[];
  /** Containers of the Compose project that run. */
  readonly running: readonly string[];
}

/** The report as a person reads it. Pure. */
export function reportText(report: AdoptReport): string {
  const { stack, file, written, services, secrets } = report;
  const steps = [
    ...report.todos,
    ...(report.running.length === 0
      ? []
      : [`stop the Compose project, whose data the stack goes on with: docker stop ${report.running.join(" ")}`]),
    `npm start -- --stack ${stack}`,
  ];
  return [
    `${written ? "Wrote" : "Would write"} ${file}: ${services.length} services`,
    ...services.map((service) => `  ${service.name}: ${whatItIs(service)}`),
    ...section("To know", report.remarks),
    ...section("Not taken over", noteLines(report.notTakenOver)),
    ...secretLines(secrets, report),
    "",
    "Next",
    ...steps.map((step, i) => `  ${i + 1}. ${step}`),
    `  Back: npm stop -- --stack ${stack} (never removes the project's own volumes), then start the project with Docker Compose again`,
  ].join("\n");
}

const whatItIs = ({ kind, role, instrumentation, once }: AdoptReport["services"][number]): string =>
  [kind === "other" ? "runs as it is" : kind, role, once ? "runs once" : undefined, telemetryOf(kind, instrumentation)]
    .filter((part) => part !== undefined)
    .join(", ");

function telemetryOf(kind: string, instrumentation: string | undefined): string | undefined {
  if (kind === "other") return undefined;
  if (instrumentation === "off") return "no telemetry";
  return instrumentation === "image" || kind === "node" ? "telemetry of its own" : "instrumented from outside";
}

const section = (title: string, lines: readonly string[]): readonly string[] =>
  lines.length === 0 ? [] : ["", title, ...lines.map((line) => `  ${line}`)];

function secretLines(secrets: readonly string[], { stack, secretsFile, written }: AdoptReport): readonly string[] {
  if (secrets.length === 0) return [];
  return section(
    `Secrets: ${written ? `in ${secretsFile} (only you can read it; npm start reads it)` : `would be in ${secretsFile}`}`,
    [
      "For a stack of the Pulumi CLI set each; it asks for the value:",
      ...secrets.map(
        (name) => `pulumi config set --secret ${name.includes(".") ? `--path '${name}'` : name} --stack ${stack}`,
      ),
    ],
  );
}
