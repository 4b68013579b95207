import { ids } from "./assemble.ts";
import { type BackendExporter, type BackendProfile, type ExporterProfile, exporterName } from "./backend-profile.ts";
import { componentId } from "./component.ts";
import type { Connector, Processor, Receiver } from "./components.ts";
import { overflowStep, signedExporter } from "./delivery.ts";
import type { PipelineInput } from "./input.ts";
import { itemCounter } from "./ledger.ts";
import { type Fragment, pipelineId } from "./model.ts";
import { itemsFor, unbatchedQueue } from "./queue.ts";

/** The pipeline by which profiles come in. */
export const PROFILES_IN = { signal: "profiles", name: "in" } as const;

/** Where OTLP/HTTP takes profiles while they are in development. */
export const PROFILES_PATH = "/v1development/profiles";

/** Whether a rendered configuration has pipelines for profiles. */
export const carriesProfiles = (config: string): boolean => config.includes(`\n    ${pipelineId(PROFILES_IN)}:\n`);

/** What profiles share with the other signals. */
interface Shared {
  readonly otlp: Receiver;
  readonly limiter: Processor;
  readonly received: readonly Processor[];
  readonly deployment: Processor;
  readonly privacy: { readonly points: readonly Processor[] };
}

/**
 * Profiles of applications, to the exporters whose backend takes them. Redaction comes first here: a profile's resource may refer to the table of
 * strings, and only behind it can the other processors read who sent it. Nothing where `profiles` is not set.
 */
export function profiles(
  input: PipelineInput,
  { otlp, limiter, received, deployment, privacy }: Shared,
  exporters: readonly BackendExporter[],
): readonly Fragment[] {
  if (input.profiles === undefined) return [];
  const queue = unbatchedQueue(itemsFor(input.profiles.samplesPerSecond, input.outageBudgetSeconds));
  const taking = exporters.filter(({ exporter }) => exporter.profiles !== undefined);
  if (taking.length === 0) return [];
  return [
    {
      processors: [...received, ...privacy.points, deployment],
      pipelines: [
        {
          ...PROFILES_IN,
          receivers: ids(otlp),
          processors: ids(limiter, ...received, ...privacy.points, deployment),
          exporters: taking.map(({ backend, exporter }) => componentId(forwardTo(backend, exporter))),
        },
      ],
    },
    ...taking.map(({ backend, exporter }) => toBackend(backend, exporter, queue, input)),
  ];
}

const nameOf = (backend: BackendProfile, exporter: ExporterProfile): string =>
  `${exporterName(backend, exporter)}-profiles`;

const forwardTo = (backend: BackendProfile, exporter: ExporterProfile): Connector => ({
  kind: "forward",
  name: `to-${nameOf(backend, exporter)}`,
  settings: {},
});

/** An exporter of its own, which sends what it gets as it is: collector 0.145 merges profiles wrongly and drops what it would have to split. */
function toBackend(
  backend: BackendProfile,
  profile: ExporterProfile,
  queue: ReturnType<typeof unbatchedQueue>,
  input: PipelineInput,
): Fragment {
  const name = nameOf(backend, profile);
  const addresses = profile.profiles === undefined ? {} : { profiles_endpoint: profile.profiles };
  const { exporter, extensions } = signedExporter(name, profile, { addresses, queue }, input);
  const processors = [...overflowStep(input), ...itemCounter(input.collector.distribution, name)];
  return {
    connectors: [forwardTo(backend, profile)],
    processors,
    exporters: [exporter],
    extensions,
    pipelines: [
      {
        signal: "profiles",
        name: `to-${name}`,
        receivers: [componentId(forwardTo(backend, profile))],
        processors: ids(...processors),
        exporters: [componentId(exporter)],
      },
    ],
  };
}
