import { constant, level, per, rate } from "../model/build.ts";
import type { Metric, MetricKind } from "../model/metric.ts";
import { signal } from "../model/signal.ts";
import { cpuTime, memoryUsage } from "./containers.ts";

const metric = (name: string, kind: MetricKind, unit: string): Metric => ({
  name,
  kind,
  unit,
  source: "sdk:runtime",
  attributes: ["service.name", "service.instance.id"],
});

const processCpu = metric("process.cpu.time", "counter", "s");
const processMemory = metric("process.memory.usage", "updown", "By");
const processThreads = metric("process.thread.count", "updown", "");
const gcCollections = metric("cpython.gc.collections", "counter", "{collection}");

const loopUtilization = metric("nodejs.eventloop.utilization", "gauge", "1");
const loopDelayP99 = metric("nodejs.eventloop.delay.p99", "gauge", "s");
const heapUsed = metric("v8js.memory.heap.used", "updown", "By");
const gcDuration = metric("v8js.gc.duration", "histogram", "s");

/** What a Python process says of itself (opentelemetry-instrumentation-system-metrics). */
export function pythonSignals(service: string) {
  const own = { where: { "service.name": service } };
  return [
    signal(`${service}-cpu`, "CPU", "cores", {
      meaning: `Processor cores ${service} keeps busy`,
      value: rate(processCpu, own),
    }),
    signal(`${service}-memory`, "Resident memory", "bytes", {
      meaning: `Memory of ${service}'s processes`,
      value: level(processMemory, own),
    }),
    signal(`${service}-threads`, "Threads", "count", {
      meaning: `Threads of ${service}'s processes`,
      value: level(processThreads, own),
    }),
    signal(`${service}-gc`, "Collections", "operations/s", {
      meaning: `Runs of ${service}'s garbage collector per second`,
      value: rate(gcCollections, own),
    }),
  ] as const;
}

/** What a Node process says of itself (@opentelemetry/instrumentation-runtime-node). */
export function nodeSignals(service: string) {
  const own = { where: { "service.name": service } };
  return [
    signal(`${service}-loop`, "Event loop busy", "share", {
      meaning: `Share of time ${service}'s event loop was busy`,
      value: level(loopUtilization, { ...own, aggregate: "max" }),
    }),
    signal(`${service}-heap`, "Heap used", "bytes", {
      meaning: `Memory in use on ${service}'s heap`,
      value: level(heapUsed, own),
    }),
    signal(`${service}-loop-delay`, "Event loop delay", "s", {
      meaning: `99 % of turns of ${service}'s event loop begin at most this late`,
      value: level(loopDelayP99, { ...own, aggregate: "max" }),
    }),
    signal(`${service}-gc`, "Garbage collections", "operations/s", {
      meaning: `Garbage collections of ${service} per second`,
      value: rate(gcDuration, own),
    }),
  ] as const;
}

/** What Docker says of a service's container. */
export function ownContainerSignals(service: string, container: string) {
  const where = { "container.name": container };
  return [
    signal(`${service}-container-cpu`, "CPU", "cores", {
      meaning: `Processor cores the container of ${service} keeps busy`,
      value: per(rate(cpuTime, { where }), constant(1e9)),
    }),
    signal(`${service}-container-memory`, "Memory", "bytes", {
      meaning: `Memory the container of ${service} uses, without what the page cache can give back`,
      value: level(memoryUsage, { where }),
    }),
  ] as const;
}
