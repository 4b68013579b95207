import { expect, test } from "vitest";
import { Failure } from "../../../cli/failure.ts";
import { driveOf } from "../../../difference/record/record.ts";
import { withImageAdvice } from "../../../difference/record/stack.ts";

const outputs = (drive: string) => ({ drive }) as unknown as Parameters<typeof driveOf>[0];

test.each(["", "none"])("a stack whose drive is %j cannot be recorded, which is said before it is started", (drive) => {
  expect(() => driveOf(outputs(drive), "shop")).toThrow(
    "Stack shop does not say how its application is used: set the config key drive (docs/your-services.md).",
  );
});

test("a drive is the file that the stack names", () => {
  expect(driveOf(outputs("shop/drive.ts"), "shop")).toBe("shop/drive.ts");
});

test("where an image cannot be pulled, the advice names the other source of images", () => {
  const failed = new Failure(
    'Docker Compose failed (up): Error response from daemon: Get "https://registry.example/v2/": dial tcp: no such host',
  );
  expect((withImageAdvice(failed) as Failure).message).toBe(
    'Docker Compose failed (up): Error response from daemon: Get "https://registry.example/v2/": dial tcp: no such host. Where no registry is reached: npm run images, then add --images local.',
  );
});

test("another failure stays as it is", () => {
  const failed = new Failure("Docker Compose failed (up): port is already allocated");
  expect(withImageAdvice(failed)).toBe(failed);
});
