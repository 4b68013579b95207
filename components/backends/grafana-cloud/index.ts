import * as grafana from "@pulumi/grafana";
import * as pulumi from "@pulumi/pulumi";
import type { BackendProfile } from "../../../pipeline/backend-profile.ts";
import { physicalName } from "../../scope.ts";
import type { Backend, BackendArgs } from "../backend.ts";
import { requiredSecret, requiredSetting } from "../credentials.ts";
import { browserApp } from "./browser.ts";
import { profile, SECRETS } from "./profile.ts";
import { signIn } from "./sign-in.ts";
import { cloudStack } from "./stack.ts";
import { syntheticCheck } from "./synthetic.ts";
import { stackToken } from "./token.ts";
import { usageRules } from "./usage-alerts.ts";

/** What the collector's token may do: write, and nothing else. */
const WRITE = ["logs:write", "metrics:write", "traces:write"];

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
  /** The stack's own Grafana: for boards, alerts and objectives. */
  readonly grafana: grafana.Provider;
  /** Folder of this environment's boards and rules. */
  readonly folderUid: pulumi.Output<string>;
  /** Where browsers send to; undefined without `grafanaCloud.browserOrigins`. */
  readonly browserEndpoint: pulumi.Output<string> | undefined;

  constructor(name: string, { scope, config }: BackendArgs, opts?: pulumi.ComponentResourceOptions) {
    super("game-scheduler-otel:backends:GrafanaCloud", name, { scope }, opts);
    const { apiUrl, stackUrl, browserOrigins, checkUrl } = config.grafanaCloud;
    const slug = requiredSetting(config.grafanaCloud.slug, "grafanaCloud.slug", "grafana-cloud");
    // The address follows from the slug, so that only the token is unknown at the first preview.
    const url = stackUrl ?? `https://${slug}.grafana.net`;
    const cloud = new grafana.Provider(
      `${name}-api`,
      {
        cloudAccessPolicyToken: requiredSecret(config, "grafanaCloudToken", "grafana-cloud"),
        ...(apiUrl && { cloudApiUrl: apiUrl }),
      },
      { parent: this },
    );
    const at = { parent: this, provider: cloud };

    const stack = cloudStack(name, slug, config.grafanaCloud, at);
    const writeToken = stackToken(name, { scope, stack, purpose: "write", scopes: WRITE, rotates: true }, at);
    this.grafana = signIn(name, { scope, stack, url }, at);
    const inGrafana = { parent: this, provider: this.grafana };
    const folder = new grafana.oss.Folder(
      `${name}-folder`,
      { title: `Game Scheduler (${scope.environment})`, uid: physicalName(scope, "boards").slice(0, 40) },
      inGrafana,
    );
    this.folderUid = folder.uid;
    new grafana.alerting.RuleGroup(
      `${name}-usage`,
      { name: physicalName(scope, "usage"), folderUid: folder.uid, intervalSeconds: 600, rules: usageRules() },
      inGrafana,
    );
    this.browserEndpoint =
      browserOrigins.length > 0 ? browserApp(name, { scope, stack, origins: browserOrigins, apiUrl }, at) : undefined;
    if (checkUrl !== undefined) syntheticCheck(name, { scope, stack, target: checkUrl }, at);

    this.secrets = {
      [SECRETS.endpoint]: pulumi.secret(stack.otlpUrl),
      [SECRETS.user]: pulumi.secret(stack.id),
      [SECRETS.token]: writeToken,
    };
    this.links = { grafana: url };
    this.registerOutputs({ links: this.links });
  }
}
