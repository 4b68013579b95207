import { expect, test } from "vitest";
import { nameOf, urnOf } from "../../../offline/urn.ts";

const stack = urnOf("dev", "p", "", "pulumi:pulumi:Stack", "p-dev");

test("the stack is not among the types, components are", () => {
  expect(stack).toBe("urn:pulumi:dev::p::pulumi:pulumi:Stack::p-dev");
  const outer = urnOf("dev", "p", stack, "p:a:Outer", "o");
  const inner = urnOf("dev", "p", outer, "p:a:Inner", "i");
  expect(outer).toBe("urn:pulumi:dev::p::p:a:Outer::o");
  expect(urnOf("dev", "p", inner, "docker:index/network:Network", "n")).toBe(
    "urn:pulumi:dev::p::p:a:Outer$p:a:Inner$docker:index/network:Network::n",
  );
});

test("a name may contain the separator", () => {
  expect(nameOf(urnOf("dev", "p", stack, "t", "a::b"))).toBe("a::b");
});
