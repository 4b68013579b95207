import { contractTests } from "./backends/contract.ts";
import { exportOnlyTests } from "./backends/export-only.ts";
import { grafanaCloudTests } from "./backends/grafana-cloud.ts";
import { honeycombTests } from "./backends/honeycomb.ts";
import { jaegerTests } from "./backends/jaeger.ts";
import { lgtmTests } from "./backends/lgtm.ts";
import { newRelicTests } from "./backends/new-relic.ts";
import { rotationTests } from "./backends/rotation.ts";
import { swapTests } from "./backends/swap.ts";

// One file for all: recordings are kept per test file, and one of them takes seconds.
contractTests();
grafanaCloudTests();
newRelicTests();
honeycombTests();
jaegerTests();
lgtmTests();
exportOnlyTests();
swapTests();
rotationTests();
