import * as pulumi from "@pulumi/pulumi";
import { container } from "../docker/container.ts";
import type { Scope } from "../docker/scope.ts";

export interface KeeperArgs {
  readonly scope: Scope;
  readonly network: pulumi.Input<string>;
  /** An image with a shell and the store's own client. */
  readonly image: string;
  readonly user: string;
  /** Shell script that brings the wanted state about and may run again at any time. Exit 0: it is there. */
  readonly script: string;
  /** What the script reads below /run/secrets. */
  readonly secrets: Readonly<Record<string, pulumi.Input<string>>>;
}

/**
 * Keeps a user or role in a store that is not ours, by running a script again every five minutes.
 * A container that stays is healthy only after the first success, so `up` fails where the script does; a one-shot container would end unseen.
 */
export class Keeper extends pulumi.ComponentResource {
  constructor(name: string, args: KeeperArgs, opts?: pulumi.ComponentResourceOptions) {
    super("game-scheduler-otel:datastores:Keeper", name, { script: args.script }, opts);
    const made = container(
      args.scope,
      {
        name,
        image: args.image,
        user: args.user,
        networks: [args.network],
        command: ["sh", "-c", LOOP],
        files: [
          { path: "/keeper/script.sh", content: args.script },
          ...Object.entries(args.secrets).map(([file, content]) => ({
            path: `/run/secrets/${file}`,
            content,
            mode: "0400",
          })),
        ],
        memory: 48,
        health: { command: ["test", "-f", "/tmp/kept"], everySeconds: 5 },
      },
      this,
    );
    this.registerOutputs({ containerId: made.id });
  }
}

const LOOP =
  "trap 'exit 0' TERM; while :; do if sh /keeper/script.sh; then touch /tmp/kept; sleep 300 & else rm -f /tmp/kept; sleep 5 & fi; wait; done";
