import * as pulumi from "@pulumi/pulumi";
import { container, secretFile } from "../docker/container.ts";
import type { Scope } from "../docker/scope.ts";

export interface ReconcilerArgs {
  readonly scope: Scope;
  readonly network: pulumi.Input<string>;
  /** An image with a shell and the store's own client. */
  readonly image: string;
  readonly user: string;
  /**
   * Shell script that brings the wanted state about and may run again at any time. Exit 0: it is there.
   * Else the last line it prints is one sentence that says what is wrong.
   */
  readonly script: string;
  /** Addresses and names for the script; nothing secret. */
  readonly env: Readonly<Record<string, string>>;
  /** What the script reads below /run/secrets. */
  readonly secrets: Readonly<Record<string, pulumi.Input<string>>>;
}

/**
 * Reconciles the monitoring user of a store that is not ours, by running a script again every five minutes, after a failure every five seconds.
 * A container that stays is healthy only while the last run succeeded, so `up` fails where the script does; a one-shot container would end unseen.
 */
export class Reconciler extends pulumi.ComponentResource {
  constructor(name: string, args: ReconcilerArgs, opts: pulumi.ComponentResourceOptions) {
    const former = [{ type: "game-scheduler-otel:datastores:Keeper" }];
    super("game-scheduler-otel:datastores:Reconciler", name, { script: args.script }, { ...opts, aliases: former });
    const made = container(
      args.scope,
      {
        name,
        image: args.image,
        user: args.user,
        networks: [args.network],
        command: ["sh", "-c", LOOP],
        env: args.env,
        files: [
          { path: "/reconciler/script.sh", content: args.script },
          ...Object.entries(args.secrets).map(([file, content]) => secretFile(`/run/secrets/${file}`, content)),
        ],
        memory: 48,
        health: { command: ["test", "-f", "/tmp/reconciled"], everySeconds: 5 },
      },
      this,
      { explainsItself: true },
    );
    this.registerOutputs({ containerId: made.id });
  }
}

const LOOP =
  "trap 'exit 0' TERM; while :; do if sh /reconciler/script.sh; then touch /tmp/reconciled; sleep 300 & else rm -f /tmp/reconciled; sleep 5 & fi; wait; done";
