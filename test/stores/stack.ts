import { parse, stringify } from "yaml";
import { imageReference } from "../../images/catalogue.ts";
import type { PropertyValue } from "../../offline/properties.ts";
import { points, type Sink, startSink } from "../collector/sink.ts";
import { type ContainerView, type ProgramRun, program } from "../support/engine.ts";
import type { Ground, Running } from "./servers.ts";

/** The program's own containers for a stack with existing stores, started for real beside them. */
export class Deployed {
  readonly run: ProgramRun;
  readonly sink: Sink;
  readonly #ground: Ground;

  private constructor(ground: Ground, run: ProgramRun, sink: Sink) {
    this.#ground = ground;
    this.run = run;
    this.sink = sink;
  }

  /** Runs the program for these stores; `env` is that of its one service. Starts nothing yet. */
  static async of(
    ground: Ground,
    stores: Readonly<Record<string, PropertyValue>>,
    secrets: Readonly<Record<string, string>>,
    env: Readonly<Record<string, string>> = {},
  ): Promise<Deployed> {
    const sink = await startSink(ground.hostAddress);
    const run = await program({
      config: {
        images: "local",
        backend: "otlp",
        otlp: { endpoint: sink.url },
        services: [{ name: "app", kind: "other", image: "build:example-python", env }],
        ...stores,
      },
      secrets,
    });
    if (run.errors.length > 0) throw new Error(run.errors.join("\n"));
    return new Deployed(ground, run, sink);
  }

  start(name: string): Running {
    const view = this.run.container(name);
    const files = name === "collector" ? withReadableConfig(view.files) : view.files;
    return this.#ground.run({
      name,
      image: view.image,
      user: String(view.inputs.user),
      env: view.env,
      files,
      memory: Number(view.inputs.memory),
      command: (view.inputs.command ?? []) as readonly string[],
    });
  }

  /** Runs a Python program with the service's own environment and libraries. */
  python(source: string, files: Readonly<Record<string, string>> = {}): string {
    return this.#ground.once({
      name: "app",
      image: imageReference("example-python", "local"),
      env: this.run.container("app").env,
      files: { "/app.py": source, ...files },
      command: ["python", "/app.py"],
      options: ["--entrypoint="],
    });
  }

  /** Names of the metrics that arrived from a store. */
  metricsOf(store: string): readonly string[] {
    const own = points(this.sink).filter(({ resource }) => resource["service.name"] === store);
    return [...new Set(own.map(({ metric }) => metric))].sort();
  }
}

/** The same configuration for the stores alone, asking every second and sending JSON, so that a test can read it. */
function withReadableConfig(files: ContainerView["files"]): ContainerView["files"] {
  const path = "/etc/otelcol/config.yaml";
  const config = parse(files[path] ?? "");
  for (const [id, exporter] of Object.entries<Record<string, unknown>>(config.exporters))
    if (/^otlp_?http/.test(id)) exporter.encoding = "json";
  for (const [id, receiver] of Object.entries<Record<string, unknown>>(config.receivers)) {
    if (/^(docker_stats|hostmetrics)/.test(id)) delete config.receivers[id];
    if (receiver?.collection_interval !== undefined) receiver.collection_interval = "1s";
  }
  for (const [id, pipeline] of Object.entries<{ receivers: string[] }>(config.service.pipelines)) {
    pipeline.receivers = pipeline.receivers.filter((name) => !/^(docker_stats|hostmetrics)/.test(name));
    if (pipeline.receivers.length === 0) delete config.service.pipelines[id];
  }
  return { ...files, [path]: stringify(config).replaceAll("scrape_interval: 15s", "scrape_interval: 1s") };
}
