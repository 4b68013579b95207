import * as pulumi from "@pulumi/pulumi";
import { LOG_PLUGINS } from "../../dashboards/render/grafana/config.ts";
import { type ContainerFile, type ContainerSpec, container } from "../docker/container.ts";
import { publishedUrl, type Scope } from "../docker/scope.ts";
import { password } from "../password.ts";

const PORT = 3000;

export interface GrafanaArgs {
  readonly scope: Scope;
  readonly network: pulumi.Input<string>;
  readonly image: string;
  /** Of the backend it belongs to. */
  readonly usage: NonNullable<ContainerSpec["usage"]>;
  /** Data sources, boards, rules and a contact point, as files that it reads at start. */
  readonly provisioning: readonly ContainerFile[];
}

/** Grafana for the local backend. Whoever can reach 127.0.0.1 may look; changing anything takes the generated password. */
export class Grafana extends pulumi.ComponentResource {
  readonly url: string;

  constructor(name: string, args: GrafanaArgs, opts?: pulumi.ComponentResourceOptions) {
    const { provisioning, usage, ...inputs } = args;
    super("game-scheduler-otel:backends:Grafana", name, inputs, opts);
    this.url = publishedUrl(args.scope, PORT);
    const made = container(
      args.scope,
      {
        name,
        usage,
        image: args.image,
        user: "472:0",
        networks: [args.network],
        env: {
          GF_ANALYTICS_CHECK_FOR_UPDATES: "false",
          GF_ANALYTICS_REPORTING_ENABLED: "false",
          GF_PLUGINS_PREINSTALL: LOG_PLUGINS.victorialogs,
          GF_AUTH_ANONYMOUS_ENABLED: "true",
          GF_AUTH_ANONYMOUS_ORG_ROLE: "Viewer",
          GF_SECURITY_ADMIN_PASSWORD__FILE: "/run/secrets/grafana-admin",
        },
        files: [
          { path: "/run/secrets/grafana-admin", content: password(`${name}-admin`, this), mode: "0400" },
          ...provisioning,
        ],
        ports: [{ container: PORT, host: PORT }],
        memory: 192,
      },
      this,
      // Boards are long and generated: their text would drown everything else in a preview.
      {
        ready: { url: `${this.url}/api/health`, seconds: 120 },
        hideDiffs: ["uploads"],
      },
    );
    this.registerOutputs({ containerId: made.id, url: this.url });
  }
}
