import { useCallback } from "react";
import type { Size } from "../../../boards-page/chart-options.ts";
import { formatValue } from "../../../boards-page/format.ts";
import type { Edge } from "../../../boards-page/model.ts";
import { DARK, LIGHT } from "../../../boards-page/palette.ts";
import { mapHeight, mapOptions } from "../../../boards-page/service-map.ts";
import { addressOf } from "../url.ts";
import { useLink, useShared } from "../use.ts";
import { EChart } from "./echart.tsx";

/** Who calls whom, as a drawing where there is room for one, and as a table. */
export function MapOf({ edges, height }: { readonly edges: readonly Edge[]; readonly height: number }) {
  const { dark, go, place, stack } = useShared();
  const link = useLink();
  const options = useCallback((size: Size) => mapOptions(edges, size, dark ? DARK : LIGHT), [edges, dark]);
  const ours = (name: string) => stack.system.services.some((service) => service.name === name);
  const named = (name: string) =>
    ours(name) ? <a {...link(addressOf(place, "/traces", { service: name }))}>{name}</a> : name;
  return (
    <>
      <div className="wide">
        <EChart
          options={options}
          height={Math.max(height, mapHeight(edges))}
          label={`${edges.length} calls between parts of the system; the table below lists them`}
          onNode={(name) => ours(name) && go(addressOf(place, "/traces", { service: name }))}
        />
      </div>
      <div className="calls">
        <table>
          <thead>
            <tr>
              <th>call</th>
              <th className="n">rate</th>
              <th className="n">failed</th>
              <th className="n">p95</th>
            </tr>
          </thead>
          <tbody>
            {[...edges]
              .sort((a, b) => b.rate - a.rate)
              .map((edge) => (
                <tr key={`${edge.client} ${edge.server}`}>
                  <td>
                    {named(edge.client)} → {named(edge.server)}
                  </td>
                  <td className="n">{formatValue(edge.rate, "requests/s")}</td>
                  <td className={edge.failed > 0 ? "n bad" : "n"}>{formatValue(edge.failed, "requests/s")}</td>
                  <td className="n">{Number.isFinite(edge.latency) ? formatValue(edge.latency, "s") : ""}</td>
                </tr>
              ))}
          </tbody>
        </table>
      </div>
    </>
  );
}
