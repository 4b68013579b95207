import { expect, test } from "vitest";
import { relayNginx } from "../../../components/backends/alert-relay.ts";

const linesOf = (url: string): readonly string[] =>
  relayNginx(url)
    .split("\n")
    .map((line) => line.trim());

test("the relay sends everything to that one address, whose certificate it checks", () => {
  const lines = linesOf("https://hooks.example/services/T1/B2?token=3");
  expect(lines).toContain('set $to "https://hooks.example/services/T1/B2?token=3";');
  expect(lines).toContain("proxy_pass $to;");
  expect(lines).toContain('proxy_set_header Host "hooks.example";');
  expect(lines).toContain('proxy_set_header Authorization "";');
  expect(lines).toContain("proxy_ssl_verify on;");
  expect(lines).toContain("error_log /dev/stderr emerg;");
});

test("the relay signs in where the address says how, and nginx sees neither variables nor ends of texts in it", () => {
  const lines = linesOf('https://on%40call:p%24"x@hooks.example:8443/$to";} #\\');
  expect(lines).toContain('set $to "https://hooks.example:8443/%24to%22;%7D%20";');
  expect(lines).toContain('proxy_set_header Host "hooks.example:8443";');
  expect(lines).toContain(`proxy_set_header Authorization "Basic ${Buffer.from('on@call:p$"x').toString("base64")}";`);
});
