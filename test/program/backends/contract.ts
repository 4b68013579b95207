import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import { contentOfStackFile } from "../../../offline/stack-content.ts";
import { judge } from "../../../policy/judge.ts";
import { stackOf } from "../../../policy/stack.ts";
import { capabilities } from "../../../vendors/capabilities.ts";
import { CONTACT_KINDS, type ContactKind } from "../../../vendors/contacts.ts";
import type { BackendKind } from "../../../vendors/kinds.ts";
import type { ProgramArgs, ProgramRun } from "../../support/engine.ts";
import { placesOf } from "../../support/leaks.ts";
import { CASES, canary, HONEYCOMB_MAKING, KINDS, nameOf, on, owned } from "./cases.ts";

interface Contract {
  /** Keys without which it is refused. */
  readonly needs: readonly string[];
  /** Where its exporters send to: every address, or what each begins with. */
  readonly endpoint: RegExp;
  /** How many of the stack's boards are made. */
  readonly boards: (run: ProgramRun) => number;
  /** What writes a deployment down there; absent where the log record that the collector delivers is the only marker. */
  readonly mark?: { readonly type: string; readonly more?: ProgramArgs };
  /** Keys of its own that it mints, and in which configuration. */
  readonly mints?: { readonly type: RegExp; readonly more?: ProgramArgs };
}

const filesNamed = (pattern: RegExp) => (run: ProgramRun) =>
  run.containers().flatMap(({ files }) => Object.keys(files).filter((path) => pattern.test(path))).length;
const resources = (type: string) => (run: ProgramRun) => run.byType(type).length;
const none = () => 0;

/** What each backend must do, whatever its vendor. */
const CONTRACTS: Readonly<Record<BackendKind, Contract>> = {
  "grafana-cloud": {
    needs: ["grafanaCloudToken", "grafanaCloud.slug"],
    endpoint: /^\$\{file:\/run\/secrets\/grafana-cloud-endpoint\}$/,
    boards: resources("grafana:oss/dashboard:Dashboard"),
    mark: { type: "grafana:oss/annotation:Annotation" },
    mints: { type: /:(AccessPolicy\w*Token|StackServiceAccountToken|AccessPolicy)$/ },
  },
  "new-relic": {
    needs: ["newRelicApiKey", "newRelic.accountId"],
    endpoint: /^https:\/\/otlp\.eu01\.nr-data\.net$/,
    boards: (run) =>
      (JSON.parse(String(run.byName("new-relic-boards").inputs.json)) as { pages: object[] }).pages.length,
    mark: {
      type: "random:index/randomId:RandomId",
      more: { config: { newRelic: { accountId: "1234567", region: "EU", telemetrySeen: true } } },
    },
    mints: { type: /:ApiAccessKey$/ },
  },
  honeycomb: {
    needs: ["honeycombApiKey", "honeycombIngestKey"],
    endpoint: /^https:\/\/api\.honeycomb\.io$/,
    boards: resources("honeycombio:index/flexibleBoard:FlexibleBoard"),
    mark: { type: "honeycombio:index/marker:Marker" },
    mints: {
      type: /:ApiKey$/,
      more: HONEYCOMB_MAKING,
    },
  },
  jaeger: { needs: [], endpoint: /^http:\/\/[a-z]+:\d+/, boards: filesNamed(/\/boards\/[\w-]+\.json$/) },
  lgtm: { needs: [], endpoint: /^http:\/\/lgtm:4318$/, boards: filesNamed(/\/boards\/[\w-]+\.json$/) },
  datadog: { needs: ["datadogApiKey"], endpoint: /^https:\/\/otlp\.datadoghq\.eu$/, boards: none },
  elastic: {
    needs: ["elasticApiKey", "elastic.endpoint"],
    endpoint: /^https:\/\/otlp\.elastic\.example$/,
    boards: none,
  },
  otlp: { needs: ["otlp.endpoint"], endpoint: /^https:\/\/otlp\.example$/, boards: none },
};

const BOARDS = (await contentOfStackFile("dev")).boards.length;
const GIVEN = KINDS.flatMap((kind) => Object.keys(CASES[kind]?.secrets ?? {}).map((key) => [kind, key] as const));
const NEEDED = KINDS.flatMap((kind) => CONTRACTS[kind].needs.map((key) => [kind, key] as const));
const MINTING = KINDS.flatMap((kind) => (CONTRACTS[kind].mints === undefined ? [] : [kind]));
/** A contact that it cannot notify, where there is one. */
const UNABLE = KINDS.flatMap((kind) => {
  const able: readonly ContactKind[] = capabilities[kind].contacts;
  return CONTACT_KINDS.filter((contact) => !able.includes(contact))
    .slice(0, 1)
    .map((contact) => [kind, contact] as const);
});

/** The example on that backend without one of the keys that it needs. */
function without(kind: BackendKind, key: string): Promise<ProgramRun> {
  const [part = ""] = key.split(".");
  return on(kind, key.includes(".") ? { config: { [part]: {} } } : { secrets: { [key]: "" } });
}

const addresses = (run: ProgramRun): readonly string[] => {
  const { exporters } = parse(run.container("collector").files["/etc/otelcol/config.yaml"] ?? "") as {
    exporters: Record<string, Record<string, unknown>>;
  };
  return Object.values(exporters).flatMap((exporter) =>
    Object.entries(exporter).flatMap(([key, value]) => (/(^|_)endpoint$/.test(key) ? [String(value)] : [])),
  );
};

/** What the applications are made from: the marker of a swap would be any difference here. */
const applications = (run: ProgramRun) =>
  ["api", "bot", "frontend", "notification", "status"].map((name) => run.container(name).inputs);

/** Names under which a backend's keys are seen in its account. */
async function keyNames(kind: BackendKind, stack: string): Promise<readonly string[]> {
  const { type = /$^/, more = {} } = CONTRACTS[kind].mints ?? {};
  const keys = owned(await on(kind, { ...more, stack }), kind).filter((resource) => type.test(resource.type));
  return keys.map(({ inputs }) => String(inputs.name ?? inputs.namePrefix));
}

/** What every backend promises, said once; what is a vendor's own is in the file of that vendor. */
export function contractTests(): void {
  describe("every backend", () => {
    test.each(KINDS)("%s previews without an error, with no warning but about its plan", async (kind) => {
      const { exitCode, errors, warnings } = await on(kind);
      expect({ exitCode, errors }).toEqual({ exitCode: 0, errors: [] });
      // what the example's default traffic costs is beyond most free tiers: test/unit/cost
      const others = warnings.filter((warning) => !warning.includes("(docs/backends.md") && !/^cost: /.test(warning));
      expect(others).toEqual([]);
    });

    test.each(KINDS)("%s keeps every rule of docs/policy.md", async (kind) => {
      expect(judge(stackOf((await on(kind)).recording, { config: {} }))).toEqual([]);
    });

    test.each(KINDS)(
      "%s shows every board of the content it is given, or none where it has no boards",
      async (kind) => {
        expect(CONTRACTS[kind].boards(await on(kind))).toBe(capabilities[kind].dashboards === "yes" ? BOARDS : 0);
      },
    );

    test.each(KINDS)("%s is sent to at its own address and at no other", async (kind) => {
      const sent = addresses(await on(kind));
      expect(sent.length).toBeGreaterThan(0);
      expect(sent.filter((address) => !CONTRACTS[kind].endpoint.test(address))).toEqual([]);
    });

    test.each(KINDS)("%s leaves the applications as they are on any other", async (kind) => {
      expect(applications(await on(kind))).toEqual(applications(await on("jaeger")));
    });

    test.each(NEEDED)(
      "%s without %s is refused in one sentence that names the key and the command",
      async (kind, key) => {
        const { exitCode, errors } = await without(kind, key);
        expect([exitCode === 0, errors.length]).toEqual([false, 1]);
        expect(errors[0]).toMatch(
          new RegExp(`^${key}: not set, but backend ${kind} needs .*\\. Set it with: pulumi config set [^.]*${key}`),
        );
      },
    );

    test.each(UNABLE)(
      "%s is refused a contact of kind %s in one sentence that names who could",
      async (kind, contact) => {
        const config = { alerts: { contact, email: contact === "email" ? ["oncall@example.com"] : [] } };
        const { errors } = await on(kind, { config, secrets: { alertWebhook: "https://hooks.example/x" } });
        expect(errors).toHaveLength(1);
        expect(errors[0]).toContain(
          `alerts.contact: "${contact}" cannot be notified by ${kind}. Allowed: none, or one of `,
        );
      },
    );

    test.each(KINDS)(
      "%s marks a deployment after the applications are there, or has no marker of its own",
      async (kind) => {
        const { mark } = CONTRACTS[kind];
        const run = await on(kind, mark?.more);
        const markers = owned(run, kind).filter(({ type, name }) => type === mark?.type && name.includes("deployment"));
        expect(markers).toHaveLength(mark === undefined ? 0 : 1);
        for (const { options } of markers)
          expect(options.dependsOn?.map(nameOf)).toEqual(expect.arrayContaining(["api", "collector", "frontend"]));
      },
    );

    test.each(MINTING)("%s mints keys whose names say their stack, so that two stacks share none", async (kind) => {
      const [dev, other] = [await keyNames(kind, "dev"), await keyNames(kind, "other")];
      expect(dev.length).toBeGreaterThan(0);
      expect(dev.filter((name) => !name.startsWith("game-scheduler-otel-dev-"))).toEqual([]);
      expect(other.filter((name) => dev.includes(name))).toEqual([]);
    });
  });

  describe("secrets of the backends", () => {
    test.each(GIVEN)("%s shows %s nowhere: not in inputs, outputs, stack outputs or messages", async (kind, key) => {
      const run = await on(kind);
      expect(run.leaks(canary(key))).toEqual([]);
      expect(placesOf(run.recording.outputs, canary(key), "stack")).toEqual([]);
      expect(JSON.stringify(run.recording.diagnostics)).not.toContain(canary(key));
    });

    test.each(GIVEN)("%s does use %s", async (kind, key) => {
      const run = await on(kind);
      const used = [...owned(run, kind), run.container("collector").registration];
      expect(used.some(({ inputs }) => JSON.stringify(inputs).includes(canary(key)))).toBe(true);
    });

    test.each(["grafana-cloud", "new-relic"] as const)(
      "keys minted by %s are as secret as given ones",
      async (kind) => {
        expect((await on(kind)).leaks("generated-")).toEqual([]);
      },
    );

    test("a preview that fails shows them nowhere either", async () => {
      const run = await without("grafana-cloud", "grafanaCloud.slug");
      expect(JSON.stringify(run.recording)).not.toContain(canary("grafanaCloudToken"));
    });
  });
}
