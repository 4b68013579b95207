import * as grafana from "@pulumi/grafana";
import * as pulumi from "@pulumi/pulumi";
import type { PlainConfig } from "../../../config/schema.ts";
import { applicationName } from "../../../dashboards/application-name.ts";
import { grafanaUid } from "../../../dashboards/render/grafana/uid.ts";
import type { BackendProfile } from "../../../pipeline/backend-profile.ts";
import { grafanaOf } from "../../../vendors/grafana-cloud.ts";
import { physicalName } from "../../docker/scope.ts";
import type { Backend, BackendArgs } from "../backend.ts";
import { requiredSecret, requiredSetting } from "../credentials.ts";
import { makeAlerts } from "./alerts.ts";
import { makeBoards } from "./boards.ts";
import { browserApp } from "./browser.ts";
import { cloudStack, reader, signIn, stackToken } from "./keys.ts";
import { markInGrafana } from "./marker.ts";
import { makeObjectives } from "./objectives.ts";
import { profile, SECRETS } from "./profile.ts";
import { syntheticCheck } from "./synthetic.ts";

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
  readonly query: NonNullable<Backend["query"]>;
  readonly browser: NonNullable<Backend["browser"]>;
  readonly mark: NonNullable<Backend["mark"]>;

  constructor(
    name: string,
    { scope, settings, secret, shown }: BackendArgs<PlainConfig["grafanaCloud"], "grafanaCloudToken">,
    opts?: pulumi.ComponentResourceOptions,
  ) {
    super("game-scheduler-otel:backends:GrafanaCloud", name, { scope }, opts);
    const { apiUrl, stackUrl, browserOrigins, checkUrl } = settings;
    const slug = requiredSetting(settings.slug, "grafanaCloud.slug", "grafana-cloud");
    // The address follows from the slug, so that only the token is unknown at the first preview.
    const url = stackUrl ?? grafanaOf(slug);
    const cloud = new grafana.Provider(
      `${name}-api`,
      {
        cloudAccessPolicyToken: requiredSecret(secret, "grafanaCloudToken", "grafana-cloud"),
        ...(apiUrl && { cloudApiUrl: apiUrl }),
      },
      { parent: this },
    );
    const at = { parent: this, provider: cloud };

    const stack = cloudStack(name, slug, settings, at);
    const write = stackToken(name, { scope, stack, purpose: "write", scopes: WRITE, rotates: true }, at);
    const inGrafana = { parent: this, provider: signIn(name, { scope, stack, url }, at) };
    const folder = new grafana.oss.Folder(
      `${name}-folder`,
      {
        title: `${applicationName(scope.namespace)} (${scope.environment})`,
        uid: grafanaUid(physicalName(scope, "boards")),
      },
      inGrafana,
    );
    this.browser =
      browserOrigins.length > 0
        ? { "grafana-cloud": browserApp(name, { scope, stack, origins: browserOrigins, apiUrl }, at) }
        : {};
    if (checkUrl !== undefined) syntheticCheck(name, { scope, stack, target: checkUrl }, at);

    const tokens = write.endsAt ? [{ name: "Grafana Cloud token", endsAt: write.endsAt }] : [];
    // Other stacks of this program may share that Grafana, hence the prefix.
    const rules = { ...shown.rules, grafanaUrl: url, boardPrefix: `${scope.namespace}-${scope.stack}` };
    const there = { rules, folder: folder.uid };
    makeBoards(name, there, inGrafana);
    makeAlerts(name, { ...there, scope, contact: shown.contact, tokens }, inGrafana);
    makeObjectives(name, there, inGrafana);
    this.mark = (deployment, after) => markInGrafana(name, { deployment, scope, after }, inGrafana);
    this.secrets = {
      [SECRETS.endpoint]: pulumi.secret(stack.otlpUrl),
      [SECRETS.user]: pulumi.secret(stack.id),
      [SECRETS.token]: write.value,
    };
    this.links = { grafana: url };
    this.query = reader(name, { scope, stack, url }, at);
    this.registerOutputs({ links: this.links });
  }
}
