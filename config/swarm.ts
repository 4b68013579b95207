import { z } from "zod";

/** Shapes of what only deployment `swarm` has. Pure. */

/** A placement constraint as `docker service create --constraint` takes it. */
export const constraint = z
  .string()
  .regex(
    /^(node|engine)\.[A-Za-z0-9_.-]+ ?(==|!=) ?[A-Za-z0-9_./:-]+$/,
    "a placement constraint such as node.labels.zone == a",
  );

export const swarm = z.strictObject({
  /**
   * Whether what would be published on 127.0.0.1 is published on the nodes, where everyone who reaches a node reaches it. `host`: on the nodes
   * where it runs; `ingress`: on every node, by Swarm's routing mesh.
   */
  ports: z.enum(["none", "host", "ingress"]).default("none"),
  /** Which node has the volumes of stores and local backends. */
  state: constraint.default("node.labels.state == true"),
});
