import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { imageReference } from "../../images/catalogue.ts";

const images = new Set<string>();

/** The image of a program that behaves so: made in a second, since all but the variable is there. */
export function imageOf(mode: string): string {
  const reference = `guard-orders:${mode}`;
  const args = ["--build-arg", `BASE=${imageReference("other-python", "local")}`, "--build-arg", `MODE=${mode}`];
  execFileSync("docker", ["build", "--quiet", ...args, "--tag", reference, join(import.meta.dirname, "app")], {
    stdio: ["ignore", "ignore", "pipe"],
  });
  images.add(reference);
  return reference;
}

/** Removes those that this process made. */
export function forgetImages(): void {
  if (images.size > 0) execFileSync("docker", ["image", "rm", "--force", ...images], { stdio: "ignore" });
  images.clear();
}
