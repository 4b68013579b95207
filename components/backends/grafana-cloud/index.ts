import * as grafana from "@pulumi/grafana";
import * as pulumi from "@pulumi/pulumi";
import type { BackendProfile } from "../../../pipeline/backend-profile.ts";
import { physicalName } from "../../scope.ts";
import type { Backend, BackendArgs } from "../backend.ts";
import { requiredSecret, requiredSetting } from "../credentials.ts";

/** Scopes of the token that the collector sends with: it may write and nothing else. */
const WRITE_SCOPES = ["logs:write", "metrics:write", "traces:write"];

/** A token lives 90 days and is replaced by the first `up` in its last 14: long enough for a weekly scheduled one to fail once. */
const ROTATION = { expireAfter: "2160h", earlyRotationWindow: "336h" };

/**
 * Grafana Cloud: adopts a stack by its slug, or makes one; mints a token that may only write; signs in to the stack's own Grafana.
 *
 * The token in `grafanaCloudToken` needs: stacks:read, accesspolicies:read|write|delete, stack-service-accounts:write; to create a
 * stack stacks:write|delete as well.
 */
export class GrafanaCloud extends pulumi.ComponentResource implements Backend {
  readonly profile: BackendProfile = profile;
  readonly secrets: Backend["secrets"];
  readonly links: Backend["links"];
  /** The stack's own Grafana: for folders, boards, alerts. */
  readonly grafana: grafana.Provider;
  readonly folderUid: pulumi.Output<string>;

  constructor(name: string, { scope, config }: BackendArgs, opts?: pulumi.ComponentResourceOptions) {
    super("game-scheduler-otel:backends:GrafanaCloud", name, { scope }, opts);
    const { region, apiUrl, create, stackUrl } = config.grafanaCloud;
    const slug = requiredSetting(config.grafanaCloud.slug, "grafanaCloud.slug", "grafana-cloud");
    const cloud = new grafana.Provider(
      `${name}-api`,
      {
        cloudAccessPolicyToken: requiredSecret(config, "grafanaCloudToken", "grafana-cloud"),
        ...(apiUrl && { cloudApiUrl: apiUrl }),
      },
      { parent: this },
    );
    const at = { parent: this, provider: cloud };
    const stack = create ? newStack(name, config.grafanaCloud, slug, at) : grafana.cloud.getStackOutput({ slug }, at);

    const policy = new grafana.cloud.AccessPolicy(
      `${name}-write`,
      {
        region,
        name: physicalName(scope, "write"),
        displayName: `${scope.project} ${scope.stack}: collector writes`,
        scopes: WRITE_SCOPES,
        realms: [{ type: "stack", identifier: stack.id }],
      },
      at,
    );
    const token = new grafana.cloud.AccessPolicyRotatingToken(
      `${name}-write-token`,
      // policyId: the resource's own id carries the region in front.
      { region, accessPolicyId: policy.policyId, namePrefix: physicalName(scope, "write"), ...ROTATION },
      at,
    );
    const account = new grafana.cloud.StackServiceAccount(
      `${name}-pulumi`,
      { stackSlug: slug, name: physicalName(scope, "pulumi"), role: "Admin" },
      at,
    );
    // Without an expiry: an expired one would lock this program out of the stack before it could mint the next (providers.md 1.3).
    const accountToken = new grafana.cloud.StackServiceAccountToken(
      `${name}-pulumi-token`,
      { stackSlug: slug, serviceAccountId: account.id, name: physicalName(scope, "pulumi") },
      at,
    );
    // The address follows from the slug, so that only the token is unknown at the first preview.
    const url = stackUrl ?? `https://${slug}.grafana.net`;
    this.grafana = new grafana.Provider(`${name}-stack`, { url, auth: accountToken.key }, { parent: this });
    const folder = new grafana.oss.Folder(
      `${name}-folder`,
      { title: `Game Scheduler (${scope.environment})`, uid: physicalName(scope, "boards").slice(0, 40) },
      { parent: this, provider: this.grafana },
    );
    this.folderUid = folder.uid;

    this.secrets = {
      "grafana-cloud-endpoint": pulumi.secret(stack.otlpUrl),
      "grafana-cloud-user": pulumi.secret(stack.id),
      "grafana-cloud-token": token.token,
    };
    this.links = { grafana: url };
    this.registerOutputs({ links: this.links });
  }
}

function newStack(
  name: string,
  settings: BackendArgs["config"]["grafanaCloud"],
  slug: string,
  at: pulumi.CustomResourceOptions,
): grafana.cloud.Stack {
  const { region, deleteProtection } = settings;
  return new grafana.cloud.Stack(
    `${name}-stack`,
    { name: slug, slug, regionSlug: region, deleteProtection },
    // Deleting a stack deletes its telemetry, and its slug stays taken for a while.
    { ...at, protect: deleteProtection },
  );
}

/** Address and user are known only from the stack, so they travel as files, like the token. */
const profile: BackendProfile = {
  name: "grafana-cloud",
  exporters: [
    {
      signals: ["traces", "metrics", "logs"],
      endpoint: { secret: "grafana-cloud-endpoint" },
      basicAuth: { user: { secret: "grafana-cloud-user" }, password: { secret: "grafana-cloud-token" } },
      compression: "gzip",
      temporality: "cumulative",
    },
  ],
};
