import { expect, test } from "vitest";
import { addressParts } from "../../../components/backends/new-relic/contact.ts";
import { dummySecret } from "../../../offline/stack-config.ts";

test.each([
  ["https://hooks.example/a/b?c=d", { prefix: "https://hooks.example/", secureSuffix: "a/b?c=d" }],
  ["http://[::1]:8080/a", { prefix: "http://[::1]:8080/", secureSuffix: "a" }],
])("of the address %s New Relic shows the host alone", (address, parts) => {
  expect(addressParts(address)).toEqual(parts);
});

test("a preview with dummy secrets has a webhook without an address", () => {
  expect(addressParts(dummySecret("alertWebhook"))).toEqual({
    prefix: "https://",
    secureSuffix: "dummy-secret-alertWebhook",
  });
});
