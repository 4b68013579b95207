import {
  above,
  alert,
  board,
  contentPack,
  lines,
  logRate,
  NO_DATA,
  orZero,
  recordsPerMinute,
  signal,
  stat,
} from "../dashboards/index.ts";

/** The parcel tracker's own numbers, read from what its services log. Named by `content` in Pulumi.other.yaml. */

const WEB = { "service.name": "web" } as const;
const WORKER = { "service.name": "worker" } as const;

const registered = recordsPerMinute("parcels-registered", "Registered", "Parcels registered", WEB, "registered");
const seen = recordsPerMinute("parcels-seen", "Seen", "Scans written down", WORKER, "seen");
const refused = signal("scans-refused", "Refused scans", "records/s", {
  meaning: "Scans that can never be written down, such as those of parcels nobody registered",
  value: orZero(logRate("error", { where: WORKER, contains: "cannot be written down" })),
});

export default contentPack({
  boards: [
    board("parcels", "Parcels", "Are parcels registered, and are they seen on their way?", [
      [
        "Now",
        stat("Parcels registered", "Per minute.", registered),
        stat("Scans written down", "Per minute; registered parcels without scans: the worker is behind.", seen),
        stat("Scans refused", "Per second; anything above nothing is a scanner that sends nonsense.", refused),
      ],
      ["Parcels", lines("Parcels", "Registered and seen, per minute.", [registered, seen])],
    ]),
  ],
  alerts: [
    alert("scans-refused", "ticket", {
      title: "Scans cannot be written down",
      when: above(refused, 0, 300),
      noData: NO_DATA.idle,
      board: "parcels",
      traces: WORKER,
    }),
  ],
  objectives: [],
});
