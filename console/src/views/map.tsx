import { askPanel } from "../../../boards-page/collect.ts";
import type { MapPanel } from "../../../dashboards/model/board.ts";
import { MapOf } from "../parts/map-of.tsx";
import { Answer, Empty } from "../parts/states.tsx";
import { backend } from "../stores.ts";
import { useAsked, useShared } from "../use.ts";

/** Who calls whom in the whole system, or around the chosen service. */
export function ServiceMap() {
  const { stack, time, environment, service } = useShared();
  const panel = stack.boards
    .flatMap(({ rows }) => rows.flatMap(({ panels }) => panels))
    .find((one): one is MapPanel => one.kind === "map");
  const asked = useAsked(
    panel === undefined ? undefined : `${environment} ${time.from} ${time.to}`,
    async () => {
      if (panel === undefined) return [];
      const data = await askPanel(panel, backend(time, environment, undefined, stack.metricsInterval));
      return data.kind === "edges" ? data.edges : [];
    },
    environment,
  );
  if (panel === undefined) return <Empty>This stack counts no calls between its parts.</Empty>;
  return (
    <>
      <h1>Service map</h1>
      <p className="question">
        Calls {service === undefined ? "between all parts" : `of and to ${service}`}, counted before sampling. A service
        leads to its traces.
      </p>
      <div className="card">
        <Answer
          asked={asked}
          empty={(edges) =>
            edges.length === 0 ? "No calls were counted in the last minutes of this time." : undefined
          }
        >
          {(edges) => (
            <MapOf
              edges={edges.filter(
                ({ client, server }) => service === undefined || client === service || server === service,
              )}
              height={420}
            />
          )}
        </Answer>
      </div>
    </>
  );
}
