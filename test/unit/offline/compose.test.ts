import { randomBytes } from "node:crypto";
import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import { imageIdOf } from "../../../offline/answers.ts";
import { FILES_LABEL } from "../../../offline/compose/service.ts";
import { translate } from "../../../offline/compose/translate.ts";
import { renderDotenv } from "../../../offline/compose/variables.ts";
import { asSecret, type PropertyMap } from "../../../offline/properties.ts";
import type { Recording, Registration } from "../../../offline/registration.ts";

const hashKey = randomBytes(32);

function resource(type: string, name: string, inputs: PropertyMap, more: Partial<Registration> = {}): Registration {
  const urn = `urn:pulumi:dev::shop::${type}::${name}`;
  return { urn, type, name, parent: "", custom: true, id: name, inputs, options: {}, outputs: inputs, ...more };
}

const imageId = imageIdOf("shop/api:1");
const image = resource(
  "docker:index/remoteImage:RemoteImage",
  "image",
  { name: "shop/api:1" },
  {
    outputs: { name: "shop/api:1", imageId },
  },
);
const network = resource(
  "docker:index/network:Network",
  "main",
  { name: "shop-dev-main", internal: true },
  { id: "net-id" },
);
const volume = resource("docker:index/volume:Volume", "data", { name: "shop-dev-data" });
const container = (name: string, inputs: PropertyMap, more: Partial<Registration> = {}) =>
  resource(
    "docker:index/container:Container",
    name,
    { name: `shop-dev-${name}`, image: imageId, networksAdvanced: [{ name: "net-id", aliases: [name] }], ...inputs },
    more,
  );

function compose(...containers: readonly Registration[]) {
  const registrations = [image, network, volume, ...containers];
  const recording: Recording = {
    project: "shop",
    stack: "dev",
    preview: false,
    registrations,
    outputs: {},
    diagnostics: [],
    hooks: [],
    packages: [],
    invocations: [],
    exitCode: 0,
  };
  const project = translate({ recording, hashKey });
  return { ...project, document: parse(project.yaml) };
}

describe("a container becomes a service with", () => {
  test("its image by name, its name, network and alias", () => {
    const { document, images } = compose(container("api", {}));
    expect(document.name).toBe("shop-dev");
    expect(images).toEqual(["shop/api:1"]);
    expect(document.services).toEqual({
      api: { container_name: "shop-dev-api", image: "shop/api:1", networks: { main: { aliases: ["api"] } } },
    });
    expect(document.networks).toEqual({ main: { name: "shop-dev-main", internal: true } });
    expect(document.volumes).toEqual({ data: { name: "shop-dev-data" } });
  });

  test("everything else the program sets", () => {
    const { document } = compose(
      container("api", {
        command: ["serve", "--price=$5"],
        entrypoints: ["/bin/tini", "--"],
        user: "10001:10001",
        groupAdds: ["999"],
        hostname: "api",
        envs: ["A=1", "EMPTY=", "URL=x=$y"],
        memory: 256,
        memorySwap: 256,
        restart: "unless-stopped",
        healthcheck: { tests: ["CMD", "ok", "$X"], interval: "10s", timeout: "5s", retries: 3, startPeriod: "1m0s" },
        capabilities: { drops: ["ALL"], adds: ["CAP_NET_BIND_SERVICE"] },
        securityOpts: ["no-new-privileges:true"],
        destroyGraceSeconds: 30,
        init: true,
        cpus: "0.5",
        shmSize: 256,
        stopSignal: "SIGQUIT",
        ulimits: [{ name: "nofile", soft: 1, hard: 2 }],
        tmpfs: { "/tmp": "size=16m", "/run": "" },
        logDriver: "json-file",
        logOpts: { "max-size": "10m" },
        labels: [{ label: "a", value: "$b" }],
        ports: [{ internal: 8080, external: 18080, ip: "127.0.0.1", protocol: "tcp" }],
        volumes: [
          { volumeName: "shop-dev-data", containerPath: "/data" },
          { hostPath: "/", containerPath: "/hostfs", readOnly: true },
        ],
        wait: true,
        waitTimeout: 60,
      }),
    );
    expect(document.services.api).toEqual({
      command: ["serve", "--price=$$5"],
      entrypoint: ["/bin/tini", "--"],
      user: "10001:10001",
      group_add: ["999"],
      hostname: "api",
      environment: { A: "1", EMPTY: "", URL: "x=$$y" },
      mem_limit: "256m",
      memswap_limit: "256m",
      restart: "unless-stopped",
      healthcheck: { test: ["CMD", "ok", "$$X"], interval: "10s", timeout: "5s", retries: 3, start_period: "1m0s" },
      cap_drop: ["ALL"],
      cap_add: ["CAP_NET_BIND_SERVICE"],
      security_opt: ["no-new-privileges:true"],
      stop_grace_period: "30s",
      init: true,
      cpus: "0.5",
      shm_size: "256m",
      stop_signal: "SIGQUIT",
      ulimits: { nofile: { soft: 1, hard: 2 } },
      tmpfs: ["/tmp:size=16m", "/run"],
      logging: { driver: "json-file", options: { "max-size": "10m" } },
      labels: { a: "$$b" },
      ports: [{ target: 8080, published: "18080", host_ip: "127.0.0.1", protocol: "tcp" }],
      volumes: [
        { type: "volume", source: "data", target: "/data" },
        { type: "bind", source: "/", target: "/hostfs", read_only: true, bind: { create_host_path: true } },
      ],
      container_name: "shop-dev-api",
      image: "shop/api:1",
      networks: { main: { aliases: ["api"] } },
    });
  });

  test("a volume that existed before, which Compose neither makes nor removes", () => {
    const mount = { volumeName: "theirs_pgdata", containerPath: "/data" };
    const { document } = compose(container("db", { volumes: [mount] }), container("web", { volumes: [mount] }));
    expect(document.volumes).toEqual({
      data: { name: "shop-dev-data" },
      theirs_pgdata: { name: "theirs_pgdata", external: true },
    });
    expect(document.services.db.volumes).toEqual([{ type: "volume", source: "theirs_pgdata", target: "/data" }]);
  });

  test("its folder, and names that it alone knows", () => {
    const { document } = compose(container("api", { workingDir: "/code", hosts: [{ host: "old", ip: "10.0.0.7" }] }));
    expect(document.services.api).toMatchObject({ working_dir: "/code", extra_hosts: ["old=10.0.0.7"] });
  });

  test("what it waits for, healthy where the other has a health check", () => {
    const db = container("db", { healthcheck: { tests: ["CMD", "ok"] } });
    const task = container("task", { mustRun: false, attach: true });
    const plain = container("plain", {});
    const api = container("api", {}, { options: { dependsOn: [db.urn, task.urn, plain.urn, network.urn] } });
    expect(compose(db, task, plain, api).document.services.api.depends_on).toEqual({
      db: { condition: "service_healthy" },
      task: { condition: "service_completed_successfully" },
      plain: { condition: "service_started" },
    });
  });

  test("the engine's default bridge where the program gives no network", () => {
    const bare = resource("docker:index/container:Container", "bare", { name: "bare", image: "busybox:1" });
    expect(compose(bare).document.services.bare).toEqual({
      container_name: "bare",
      image: "busybox:1",
      network_mode: "bridge",
    });
  });
});

describe("secrets", () => {
  const secret = 'pa$$ "w" \\ \'x\ny';
  const api = container("api", {
    envs: ["A=1", asSecret(`URL=postgres://u:${secret}@db`)],
    uploads: [
      { file: "/etc/app.conf", content: "price = $5\n", permissions: "0444", owner: "10001" },
      { file: "/run/secrets/token", content: asSecret(secret), permissions: "0400", owner: "10001", group: "10001" },
    ],
  });

  test("leave only references in compose.yaml", () => {
    const { yaml, document, variables } = compose(api);
    expect(yaml).not.toContain("pa$");
    expect(document.services.api.environment).toEqual({ A: "1", URL: `\${SECRET_API_URL:?}` });
    expect(document.secrets).toEqual({
      "api-run-secrets-token": { environment: "SECRET_API_FILE_RUN_SECRETS_TOKEN" },
    });
    expect([...variables]).toEqual([
      ["SECRET_API_URL", `postgres://u:${secret}@db`],
      ["SECRET_API_FILE_RUN_SECRETS_TOKEN", secret],
    ]);
  });

  test("files reach a container whose user is not root: its owner's rights are everyone's, since Compose makes root the owner", () => {
    const { document } = compose(api);
    expect(document.services.api.secrets).toEqual([{ source: "api-run-secrets-token", target: "/run/secrets/token" }]);
    expect(document.services.api.configs).toEqual([{ source: "api-etc-app.conf", target: "/etc/app.conf" }]);
    expect(document.configs).toEqual({ "api-etc-app.conf": { content: "price = $$5\n" } });
    const script = container("run", {
      uploads: [{ file: "/run.sh", content: "#!/bin/sh", permissions: "0755", owner: "0" }],
    });
    expect(compose(script).document.services.run.configs[0].mode).toBe(0o755);
  });

  test("a list that is secret as a whole makes each of its variables secret", () => {
    const whole = container("api", { envs: asSecret(["A=hunter22"]) });
    expect(compose(whole).yaml).not.toContain("hunter22");
  });

  test("a changed file changes the container's label, and the label alone says nothing", () => {
    const label = (content: string, key: Buffer) => {
      const registrations = [network, container("api", { uploads: [{ file: "/f", content: asSecret(content) }] })];
      const empty = { outputs: {}, diagnostics: [], hooks: [], packages: [], invocations: [], exitCode: 0 };
      const recording = { project: "shop", stack: "dev", preview: false, registrations, ...empty };
      return parse(translate({ recording, hashKey: key }).yaml).services.api.labels[FILES_LABEL];
    };
    expect(label("a", hashKey)).toBe(label("a", hashKey));
    expect(label("a", hashKey)).not.toBe(label("b", hashKey));
    expect(label("a", hashKey)).not.toBe(label("a", randomBytes(32)));
  });

  test("the env file says every text in Compose's dialect", () => {
    expect(
      renderDotenv(
        new Map([
          ["B", secret],
          ["A", "plain"],
        ]),
      ),
    ).toBe(
      `# Secrets of the Compose project. Keep this file to yourself.\nA="plain"\nB="pa\\$\\$ \\"w\\" \\\\ 'x\\ny"\n`,
    );
    expect(() => renderDotenv(new Map([["A", "a\0b"]]))).toThrow("NUL");
  });
});

describe("what Compose cannot express is refused by name, never dropped", () => {
  test.each([
    [{ gpus: "all" }, 'container "api": "gpus" has no translation to Compose'],
    [{ networksAdvanced: [{ name: "elsewhere" }] }, 'network "elsewhere", which this program does not make'],
    [{ networksAdvanced: [{ name: "net-id", gwPriority: 1 }] }, '"gwPriority" of a network'],
    [
      { volumes: [{ volumeName: "shop-dev-forgotten", containerPath: "/x" }] },
      'volume "shop-dev-forgotten", which this program should make and does not',
    ],
    [{ volumes: [{ fromContainer: "db" }] }, '"fromContainer" of a volume'],
    [{ uploads: [{ file: "/f", source: "./f" }] }, 'upload /f: "source" has no equivalent'],
    [{ uploads: [{ file: "/f", content: "" }] }, "upload /f is empty"],
    [{ uploads: [{ file: "/f", contentBase64: "/wA=" }] }, 'upload /f: "contentBase64" has no equivalent'],
    [{ readOnly: true, uploads: [{ file: "/f", content: "x" }] }, '"readOnly" and "uploads" exclude each other'],
  ])("%j", (inputs, sentence) => {
    expect(() => compose(container("api", inputs as PropertyMap))).toThrow(sentence);
  });

  test("a container that would get a placeholder instead of a provider's key", () => {
    const key = resource("grafana:cloud/accessPolicyToken:AccessPolicyToken", "token", {});
    expect(() => compose(key, container("collector", {}, { options: { dependsOn: [key.urn] } }))).toThrow(
      'container "collector" needs a value of grafana:cloud/accessPolicyToken:AccessPolicyToken, which only its provider can give.',
    );
  });

  test("dashboards and keys are left out with a warning", () => {
    const board = resource("grafana:oss/dashboard:Dashboard", "board", {});
    expect(compose(container("api", {}), board).warnings).toEqual([
      "grafana:oss/dashboard:Dashboard: 1 left out, Compose makes containers only. Use pulumi up for them.",
    ]);
  });
});
