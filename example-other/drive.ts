/** How the parcel tracker is used, through its gateway. */
import type { App, Drive } from "../verify/drive.ts";
import { messageEdge } from "../verify/edges.ts";
import { list, object, text } from "../verify/json.ts";

export default {
  seconds: 5,
  edges: [messageEdge("gateway", "worker")],
  use: useParcels,
  light: async (app, turn) => {
    if (turn % 10 !== 0) return app.attempt("GET", app.url("gateway", "/parcels"));
    const registered = await app.attempt("POST", app.url("gateway", "/parcels"), { recipient: `Light ${turn}` });
    const code = text(object(registered?.body).code);
    return app.attempt("POST", app.url("gateway", `/parcels/${code}/scans`), { place: "depot" });
  },
} satisfies Drive;

/** A parcel is registered, listed, seen on its way, and delivered. */
async function useParcels({ url, step, request, attempt, eventually, expect }: App): Promise<void> {
  const parcels = url("gateway", "/parcels");
  await step("the gateway answered with what web says", () =>
    eventually("the gateway to answer /parcels with 200", async () =>
      (await attempt("GET", parcels))?.status === 200 ? true : undefined,
    ),
  );
  const code = await step("a parcel was registered", async () => {
    const registered = await request("POST", parcels, { recipient: "Ada" });
    expect("registering a parcel", "status 201", registered.status === 201, registered);
    return text(object(registered.body).code);
  });
  const scan = async (place: string, status: string): Promise<void> => {
    const accepted = await request("POST", url("gateway", `/parcels/${code}/scans`), { place });
    expect(`scanning at ${place}`, "status 202", accepted.status === 202, accepted);
    await eventually(`the worker to write down "${status}"`, async () => {
      const { body } = await request("GET", url("gateway", `/parcels/${code}`));
      return object(body).status === status && list(object(body).places).includes(place) ? true : undefined;
    });
  };
  await step("the worker wrote down where it was seen", () => scan("depot", "on its way"));
  await step("it was delivered", () => scan("doorstep", "delivered"));
  await step("a parcel nobody knows was not found", async () => {
    const unknown = await request("GET", url("gateway", "/parcels/none"));
    expect("asking for an unknown parcel", "status 404", unknown.status === 404, unknown);
  });
}
