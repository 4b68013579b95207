import { GraphChart, LineChart } from "echarts/charts";
import { GridComponent, MarkLineComponent, TooltipComponent } from "echarts/components";
import * as echarts from "echarts/core";
import { CanvasRenderer } from "echarts/renderers";
import { useEffect, useRef, useState } from "react";
import type { ChartOptions, Size } from "../../../boards-page/chart-options.ts";

echarts.use([LineChart, GraphChart, GridComponent, MarkLineComponent, TooltipComponent, CanvasRenderer]);

/** A drawing by ECharts that follows the width of its place. */
export function EChart(args: {
  readonly options: (size: Size) => ChartOptions;
  readonly height: number;
  /** What a person who does not see it is told. */
  readonly label: string;
  /** Called with the times between which a person dragged. */
  readonly onSelect?: (from: number, to: number) => void;
  /** Called with the name of the node of a graph that a person chose. */
  readonly onNode?: (name: string) => void;
}) {
  const { options, height, label, onSelect, onNode } = args;
  const place = useRef<HTMLDivElement>(null);
  const [width, setWidth] = useState(0);
  const [drag, setDrag] = useState<readonly [number, number]>();
  const chart = useRef<echarts.ECharts>(undefined);
  const node = useRef(onNode);
  node.current = onNode;
  useEffect(() => {
    const element = place.current;
    if (element === null) return;
    const made = echarts.init(element);
    chart.current = made;
    made.on("click", (event) => node.current?.(event.name));
    const observer = new ResizeObserver(() => setWidth(Math.floor(element.clientWidth)));
    observer.observe(element);
    return () => {
      observer.disconnect();
      made.dispose();
    };
  }, []);
  useEffect(() => {
    if (width === 0) return;
    chart.current?.resize({ width, height });
    chart.current?.setOption(options({ width, height }), { notMerge: true });
  }, [options, width, height]);
  const timeAt = (x: number): number => Number(chart.current?.convertFromPixel({ xAxisIndex: 0 }, x));
  const [left = 0, right = 0] = drag === undefined ? [] : [...drag].sort((a, b) => a - b);
  return (
    <div
      className="chart"
      style={{ height, touchAction: "pan-y" }}
      onPointerDown={({ nativeEvent: { offsetX, button, pointerType } }) =>
        onSelect !== undefined && button === 0 && pointerType === "mouse" && setDrag([offsetX, offsetX])
      }
      onPointerMove={({ clientX, currentTarget }) =>
        drag !== undefined && setDrag([drag[0], clientX - currentTarget.getBoundingClientRect().left])
      }
      onPointerLeave={() => setDrag(undefined)}
      onPointerUp={() => {
        if (drag !== undefined && right - left > 8) onSelect?.(Math.round(timeAt(left)), Math.round(timeAt(right)));
        setDrag(undefined);
      }}
    >
      <div ref={place} role="img" aria-label={label} style={{ height }} />
      {right - left > 8 ? <i className="selection" style={{ left, width: right - left }} /> : null}
    </div>
  );
}
