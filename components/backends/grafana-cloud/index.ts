import * as grafana from "@pulumi/grafana";
import * as pulumi from "@pulumi/pulumi";
import { grafanaUid } from "../../../dashboards/render/grafana/uid.ts";
import type { BackendProfile } from "../../../pipeline/backend-profile.ts";
import { physicalName } from "../../docker/scope.ts";
import type { Observability } from "../../observability.ts";
import type { Backend, BackendArgs } from "../backend.ts";
import { requiredSecret, requiredSetting } from "../credentials.ts";
import { browserApp } from "./browser.ts";
import { profile, SECRETS } from "./profile.ts";
import { reader } from "./reader.ts";
import { type Place, showInGrafana } from "./show.ts";
import { signIn } from "./sign-in.ts";
import { cloudStack } from "./stack.ts";
import { syntheticCheck } from "./synthetic.ts";
import { stackToken } from "./token.ts";

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
  /** Where browsers send to; undefined without `grafanaCloud.browserOrigins`. */
  readonly browserEndpoint: pulumi.Output<string> | undefined;
  readonly #name: string;
  readonly #place: Place;
  /** Options of what is made in the stack's own Grafana. */
  readonly #inGrafana: pulumi.CustomResourceOptions;

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
    const write = stackToken(name, { scope, stack, purpose: "write", scopes: WRITE, rotates: true }, at);
    this.#inGrafana = { parent: this, provider: signIn(name, { scope, stack, url }, at) };
    const folder = new grafana.oss.Folder(
      `${name}-folder`,
      { title: `Game Scheduler (${scope.environment})`, uid: grafanaUid(physicalName(scope, "boards")) },
      this.#inGrafana,
    );
    this.browserEndpoint =
      browserOrigins.length > 0 ? browserApp(name, { scope, stack, origins: browserOrigins, apiUrl }, at) : undefined;
    if (checkUrl !== undefined) syntheticCheck(name, { scope, stack, target: checkUrl }, at);

    this.#name = name;
    this.#place = {
      ...{ scope, url, folder: folder.uid },
      tokens: write.endsAt ? [{ name: "Grafana Cloud token", endsAt: write.endsAt }] : [],
    };
    this.secrets = {
      [SECRETS.endpoint]: pulumi.secret(stack.otlpUrl),
      [SECRETS.user]: pulumi.secret(stack.id),
      [SECRETS.token]: write.value,
    };
    this.links = { grafana: url };
    this.query = reader(name, { scope, stack, url }, at);
    this.registerOutputs({ links: this.links });
  }

  /** Boards, rules, objectives and the deployment's marker, in the folder of this stack. */
  show(content: Observability, after: readonly pulumi.Resource[]): void {
    showInGrafana(this.#name, this.#place, content, after, this.#inGrafana);
  }
}
