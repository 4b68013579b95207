import * as pulumi from "@pulumi/pulumi";
import { LOG_PLUGINS } from "../../dashboards/render/grafana/config.ts";
import { type ContainerFile, secretFile } from "../docker/container.ts";
import { publishedUrl } from "../docker/scope.ts";
import { password } from "../password.ts";
import { type OnThisMachine, part } from "./part.ts";

const PORT = 3000;

export interface GrafanaArgs extends OnThisMachine {
  /** Data sources, boards, rules and a contact point, as files that it reads at start. */
  readonly provisioning: readonly ContainerFile[];
}

/**
 * Grafana for the local backend. Everyone who can reach 127.0.0.1 may look; changing anything takes the generated password. It is not in the network of
 * stores: what it asks has to come from where everyone may ask.
 */
export class Grafana extends pulumi.ComponentResource {
  readonly url: string;

  constructor(name: string, args: GrafanaArgs, opts?: pulumi.ComponentResourceOptions) {
    const { provisioning, imageOf, scope } = args;
    super("game-scheduler-otel:backends:Grafana", name, { scope, image: imageOf("grafana") }, opts);
    this.url = publishedUrl(args.scope, PORT);
    const containerId = part(
      args,
      {
        image: "grafana",
        place: "page",
        user: "472:0",
        env: {
          GF_ANALYTICS_CHECK_FOR_UPDATES: "false",
          GF_ANALYTICS_REPORTING_ENABLED: "false",
          GF_PLUGINS_PREINSTALL: LOG_PLUGINS.victorialogs,
          GF_AUTH_ANONYMOUS_ENABLED: "true",
          GF_AUTH_ANONYMOUS_ORG_ROLE: "Viewer",
          GF_SECURITY_ADMIN_PASSWORD__FILE: "/run/secrets/grafana-admin",
        },
        files: [secretFile("/run/secrets/grafana-admin", password(`${name}-admin`, this)), ...provisioning],
        ports: [{ container: PORT, host: PORT }],
        memory: 192,
        ready: { url: `${this.url}/api/health`, seconds: 120 },
        // Boards are long and generated: their text would drown everything else in a preview.
        hideDiffs: ["uploads"],
      },
      this,
    );
    this.registerOutputs({ containerId, url: this.url });
  }
}
