import { readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { parse } from "yaml";
import { ROOT } from "../../cli/paths.ts";
import { recordCompose } from "../../offline/compose/write.ts";
import { type WrittenStack, writeStack } from "../../offline/compose/write-stack.ts";
import type { Engine, Engines } from "./engines.ts";

/** Writes the stack file of stack `swarm` with these settings. */
export async function written(engines: Engines, settings: Readonly<Record<string, string>>): Promise<WrittenStack> {
  const set = Object.entries({ images: "local", ...settings }).map(([path, value]) => ({ path, value, secret: false }));
  const args = { projectDir: ROOT, stack: "swarm", set, localDir: join(engines.folder, "local") };
  return writeStack(await recordCompose(args), { ...args, out: join(engines.folder, "stack.yaml") });
}

/** The collector configuration of a service of a written stack. */
export function configOf({ stackFile, folder }: WrittenStack, service: string): string {
  const { services } = parse(readFileSync(stackFile, "utf8"));
  const [{ source }] = services[service].configs;
  return readFileSync(join(folder, source), "utf8");
}

/** A stack on the swarm of a manager. */
export class Stack {
  readonly #manager: Engine;
  readonly name: string;

  constructor(manager: Engine, { name }: WrittenStack) {
    this.#manager = manager;
    this.name = name;
  }

  deploy({ stackFile }: WrittenStack): void {
    this.#manager.docker("stack", "deploy", "--prune", "--resolve-image", "never", "-c", stackFile, this.name);
  }

  service(name: string): string {
    return `${this.name}_${name}`;
  }

  /** `2/2` of every service, by its short name. */
  #replicas(): ReadonlyMap<string, string> {
    const lines = this.#manager.docker("service", "ls", "--format", "{{.Name}} {{.Replicas}}").split("\n");
    return new Map(
      lines.flatMap((line) => {
        const [name = "", replicas = ""] = line.split(" ");
        return name.startsWith(`${this.name}_`) ? [[name.slice(this.name.length + 1), replicas] as const] : [];
      }),
    );
  }

  /** Waits until every service has what it wants, and no update is under way. @returns seconds @throws Error naming those that have not */
  async converged(seconds: number): Promise<number> {
    const begun = Date.now();
    for (;;) {
      const waiting = [...this.#replicas()].filter(([, replicas]) => {
        const [have, want] = replicas.split("/");
        return have !== want;
      });
      if (waiting.length === 0 && this.#replicas().size > 0 && !this.#updating()) return (Date.now() - begun) / 1000;
      if (Date.now() - begun > seconds * 1000) {
        const names = waiting.map(([name, replicas]) => `${name} ${replicas}`).join(", ");
        throw new Error(`After ${seconds} s these do not run: ${names}. ${this.#whyNot()}`);
      }
      await sleep(500);
    }
  }

  #updating(): boolean {
    const services = this.#manager.docker("stack", "services", "-q", this.name).split("\n");
    const state = "{{if .UpdateStatus}}{{.UpdateStatus.State}}{{end}}";
    return this.#manager.docker("service", "inspect", "--format", state, ...services).includes("updating");
  }

  #whyNot(): string {
    const tasks = this.#manager.docker(
      "stack",
      "ps",
      "--no-trunc",
      "--format",
      "{{.Name}} {{.CurrentState}} {{.Error}}",
      this.name,
    );
    return tasks
      .split("\n")
      .filter((line) => !line.includes(" Running "))
      .slice(0, 6)
      .join("; ");
  }

  /** Tasks of a service that are meant to run, by node. */
  nodesOf(service: string): readonly string[] {
    const args = ["service", "ps", "--filter", "desired-state=running", "--format", "{{.Node}} {{.CurrentState}}"];
    return this.#manager
      .docker(...args, this.service(service))
      .split("\n")
      .flatMap((line) => (line.includes("Running") ? [line.split(" ")[0] ?? ""] : []))
      .sort();
  }

  /** Full ids of a service's containers on an engine. */
  containers(engine: Engine, service: string): readonly string[] {
    const filter = `label=com.docker.swarm.service.name=${this.service(service)}`;
    return engine.docker("ps", "-q", "--no-trunc", "--filter", filter).split("\n").filter(Boolean);
  }

  /** Replaces every task of a service, one after the other. @returns seconds */
  update(service: string): number {
    const begun = Date.now();
    this.#manager.docker("service", "update", "--force", "--update-monitor", "2s", "-q", this.service(service));
    return (Date.now() - begun) / 1000;
  }

  scale(service: string, replicas: number): void {
    this.#manager.docker("service", "scale", "-d", `${this.service(service)}=${replicas}`);
  }
}
