import { expect } from "vitest";
import { PROFILES_PATH } from "../../pipeline/profiles.ts";

const CANARY = "jane.canary@example.org";

/** Attributes as plain keys and values, or as places in the table of strings: OTLP allows either in a profile. */
export type Written = "plain" | "referred";

/** Two samples of one stack, below one span and below none; what each table begins with refers to nothing. */
function profileOf(service: string, file: string, written: Written): object {
  const stringTable = [
    "",
    "handle",
    file,
    "thread.name",
    `worker of ${CANARY}`,
    "service.name",
    service,
    "db.password",
    "hunter2 and more",
  ];
  const attribute = (key: number, value: number) =>
    written === "plain"
      ? { key: stringTable[key], value: { stringValue: stringTable[value] } }
      : { keyStrindex: key, value: { stringValueStrindex: value } };
  return {
    resourceProfiles: [
      {
        resource: { attributes: [attribute(5, 6), attribute(7, 8)] },
        scopeProfiles: [
          {
            scope: { name: "test" },
            profiles: [
              {
                timeUnixNano: String(BigInt(Date.now()) * 1_000_000n),
                durationNano: "15000000000",
                originalPayloadFormat: "pprof",
                originalPayload: Buffer.from(`of ${CANARY}`).toString("base64"),
                samples: [
                  { stackIndex: 1, linkIndex: 1, values: ["3"], attributeIndices: [1] },
                  { stackIndex: 1, values: ["2"], attributeIndices: [1] },
                ],
              },
            ],
          },
        ],
      },
    ],
    dictionary: {
      mappingTable: [{}],
      locationTable: [{}, { lines: [{ functionIndex: 1, line: "7" }] }],
      functionTable: [{}, { nameStrindex: 1, filenameStrindex: 2 }],
      linkTable: [{}, { traceId: "5b8efff798038103d269b633813fc60c", spanId: "eee19b7ec3c1b174" }],
      stringTable: written === "plain" ? stringTable.slice(0, 5) : stringTable,
      attributeTable: [{}, { keyStrindex: 3, value: { stringValue: `worker of ${CANARY}` } }],
      stackTable: [{}, { locationIndices: [1] }],
    },
  };
}

/** Sends one to an intake, which takes it. */
export async function sendProfile(intake: string, written: Written, service: string): Promise<void> {
  const response = await fetch(`${intake}${PROFILES_PATH}`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(profileOf(service, `/home/jane/${CANARY}/app.py`, written)),
  });
  expect(response.status).toBe(200);
}
