import { execFileSync } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { rootCertificates } from "node:tls";
import { messageOf } from "../../cli/failure.ts";
import { lastLines, run } from "../../cli/process.ts";
import { Progress } from "../../cli/progress.ts";
import { type ImageName, imageReference } from "../../images/catalogue.ts";
import { renderDotenv } from "../../offline/compose/variables.ts";
import { ensureCompose } from "../../start/tools/compose.ts";
import { alloyProblems, canCheck } from "../support/alloy.ts";
import type { Finding, Rendered } from "./judge.ts";

/** The real programs, running once for all files: a file costs a reload, not a start. */
export interface Programs {
  /** How many files each program has read. */
  readonly checked: Readonly<Record<string, number>>;
  /** What a program refuses of what was rendered; undefined: nothing. */
  check(rendered: Rendered): Promise<Finding | undefined>;
  remove(): void;
}

const IDLE_COLLECTOR = `receivers: { otlp: { protocols: { http: { endpoint: 127.0.0.1:4318 } } } }
exporters: { nop: {} }
service: { pipelines: { traces: { receivers: [otlp], exporters: [nop] } } }
`;
const IDLE_RULES = "groups: []\n";
const IDLE_ROUTE = "{ route: { receiver: nobody }, receivers: [{ name: nobody }] }\n";

/** What the collector reads where a stack file has only a dummy for an authority's certificate. */
const authority = rootCertificates[0] ?? "";

/** Starts collector, Prometheus, vmalert and Alertmanager from the images of this checkout (`npm run images`), and finds Docker Compose. */
export async function startPrograms(): Promise<Programs> {
  const work = mkdtempSync(path.join(tmpdir(), "fuzz-"));
  chmodSync(work, 0o755);
  const put = (file: string, content: string) => {
    mkdirSync(path.dirname(path.join(work, file)), { recursive: true });
    writeFileSync(path.join(work, file), content);
  };
  put("collector/idle.yaml", IDLE_COLLECTOR);
  mkdirSync(path.join(work, "secrets"));
  put("prometheus/prometheus.yml", "{}\n");
  put("vmalert/rules.yml", IDLE_RULES);
  put("alertmanager/idle.yml", IDLE_ROUTE);

  const ids: string[] = [];
  const remove = () => {
    if (ids.length > 0) docker("rm", "--force", "--volumes", ...ids);
    rmSync(work, { recursive: true, force: true });
  };
  const start = (image: ImageName, options: readonly string[], args: readonly string[]): string => {
    const limits = ["--detach", "--pull=never", "--memory=400m", "--cpu-shares=256"];
    const id = docker("run", ...limits, ...options, imageReference(image, "local"), ...args);
    ids.push(id);
    return id;
  };
  try {
    const compose = await ensureCompose(new Progress({ total: 0, stream: process.stderr }));
    const collector = start(
      "collector",
      [
        "--network=none",
        `--volume=${work}/collector:/etc/otelcol:ro`,
        `--volume=${work}/secrets:/run/secrets:ro`,
        "--volume=/:/hostfs:ro",
        "--volume=/var/lib/otelcol",
      ],
      ["--config=/etc/otelcol/idle.yaml"],
    );
    const prometheus = start(
      "prometheus",
      ["--publish=127.0.0.1::9090", `--volume=${work}/prometheus:/etc/prometheus:ro`, "--volume=/prometheus"],
      [
        "--config.file=/etc/prometheus/prometheus.yml",
        "--storage.tsdb.path=/prometheus",
        "--web.enable-otlp-receiver",
        "--enable-feature=exemplar-storage",
        "--web.enable-lifecycle",
        "--log.level=error",
      ],
    );
    const vmalert = start(
      "vmalert",
      ["--publish=127.0.0.1::8880", `--volume=${work}/vmalert:/etc/vmalert:ro`],
      [
        "-rule=/etc/vmalert/rules.yml",
        "-datasource.url=http://127.0.0.1:1",
        "-remoteWrite.url=http://127.0.0.1:1",
        "-notifier.blackhole",
        "-loggerLevel=ERROR",
      ],
    );
    const prometheusUrl = `http://${addressOf(prometheus, 9090)}`;
    const vmalertUrl = `http://${addressOf(vmalert, 8880)}`;
    await answers(`${prometheusUrl}/-/ready`);
    await answers(`${vmalertUrl}/health`);

    const alertmanager = start(
      "alertmanager",
      ["--network=none", `--volume=${work}/alertmanager:/etc/alertmanager:ro`, "--volume=/alertmanager"],
      [
        "--config.file=/etc/alertmanager/idle.yml",
        "--storage.path=/alertmanager",
        "--cluster.listen-address=",
        "--log.level=error",
      ],
    );

    const checked = { collector: 0, Alloy: 0, Prometheus: 0, vmalert: 0, Alertmanager: 0, Compose: 0 };

    const checkCollector = async (files: Files) => {
      const config = files["/etc/otelcol/config.yaml"];
      if (config === undefined) return undefined;
      checked.collector += 1;
      // The folder stays: it is mounted.
      for (const name of readdirSync(path.join(work, "secrets"))) rmSync(path.join(work, "secrets", name));
      for (const [file, content] of Object.entries(files))
        if (file.startsWith("/run/secrets/"))
          put(`secrets/${path.basename(file)}`, /^dummy-secret-\w+CaCertificate$/.test(content) ? authority : content);
      put("collector/config.yaml", config);
      const said = await run("docker", [
        "exec",
        collector,
        "/otelcol",
        "validate",
        "--config=/etc/otelcol/config.yaml",
      ]);
      return said.code === 0 ? undefined : lastLines(said, 8);
    };
    /** Its syntax package, and the names that its sources have; where Go is. */
    const checkAlloy = (files: Files): string | undefined => {
      const config = files["/etc/alloy/config.alloy"];
      if (config === undefined) return undefined;
      checked.Alloy += 1;
      return canCheck() ? alloyProblems({ fuzzed: config }).join("\n") || undefined : undefined;
    };
    const checkPrometheus = async (files: Files) => {
      if (Object.keys(files).length === 0) return undefined;
      checked.Prometheus += 1;
      for (const [file, content] of Object.entries(files)) put(`prometheus/${path.basename(file)}`, content);
      const reload = await fetch(`${prometheusUrl}/-/reload`, { method: "POST" });
      if (reload.ok) return undefined;
      return `${await reload.text()}\n${lastLines(await run("docker", ["logs", "--tail=4", prometheus]), 4)}`;
    };
    const checkVmalert = async (files: Files) => {
      const rules = files["/etc/vmalert/rules.yml"];
      if (rules === undefined) return undefined;
      checked.vmalert += 1;
      put("vmalert/rules.yml", rules);
      const reload = await fetch(`${vmalertUrl}/-/reload`, { method: "POST" });
      await reload.body?.cancel();
      const taken = await (await fetch(`${vmalertUrl}/metrics`)).text();
      if (/^vmalert_config_last_reload_successful 1$/m.test(taken)) return undefined;
      return lastLines(await run("docker", ["logs", "--tail=4", vmalert]), 4);
    };
    const checkAlertmanager = async (files: Files) => {
      const config = files["/etc/alertmanager/alertmanager.yml"];
      if (config === undefined) return undefined;
      checked.Alertmanager += 1;
      put("alertmanager/alertmanager.yml", config);
      const check = ["exec", alertmanager, "amtool", "check-config", "/etc/alertmanager/alertmanager.yml"];
      const said = await run("docker", check);
      return said.code === 0 && said.stdout.includes("SUCCESS") ? undefined : lastLines(said, 8);
    };
    const checkCompose = async (project: Rendered["compose"]) => {
      if (project === undefined) return undefined;
      const { yaml, variables } = project;
      checked.Compose += 1;
      put("compose/compose.yaml", yaml);
      put("compose/secrets.env", renderDotenv(variables));
      const [program, ...args] = compose.command;
      const files = [
        "--env-file",
        path.join(work, "compose/secrets.env"),
        "-f",
        path.join(work, "compose/compose.yaml"),
      ];
      const said = await run(program, [...args, ...files, "config", "--quiet"]);
      return said.code === 0 && !/variable is not set|level=warning/.test(said.stderr) ? undefined : lastLines(said, 8);
    };
    return {
      checked,
      remove,
      check: async ({ files, compose: project }) => {
        const refusals = {
          collector: await checkCollector(files.collector ?? {}),
          Alloy: checkAlloy(files.collector ?? {}),
          Prometheus: await checkPrometheus(files.prometheus ?? {}),
          vmalert: await checkVmalert(files.vmalert ?? {}),
          Alertmanager: await checkAlertmanager(files.alertmanager ?? {}),
          Compose: await checkCompose(project),
        };
        const [first] = Object.entries(refusals).filter(([, said]) => said !== undefined);
        return first && { kind: `${first[0]} refuses`, said: String(first[1]) };
      },
    };
  } catch (error) {
    remove();
    throw error;
  }
}

type Files = Readonly<Record<string, string>>;

const addressOf = (id: string, port: number): string => docker("port", id, `${port}/tcp`).split("\n")[0] ?? "";

async function answers(url: string): Promise<void> {
  let last = "";
  for (const end = Date.now() + 60_000; Date.now() < end; await new Promise((done) => setTimeout(done, 200))) {
    try {
      const { ok, status } = await fetch(url);
      if (ok) return;
      last = `status ${status}`;
    } catch (error) {
      last = messageOf(error);
    }
  }
  throw new Error(`${url} did not answer within a minute: ${last}.`);
}

function docker(...args: readonly string[]): string {
  return execFileSync("docker", args, { encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] }).trim();
}
