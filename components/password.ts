import type * as pulumi from "@pulumi/pulumi";
import * as random from "@pulumi/random";

const LENGTH = 32;

/**
 * A generated password: letters and digits only.
 * The collector expands `$` in whatever it reads, URLs need escapes, SQL needs quotes; 32 letters and digits have 190 bits without any of that.
 */
export function password(name: string, parent: pulumi.Resource): pulumi.Output<string> {
  return new random.RandomPassword(name, { length: LENGTH, special: false }, { parent }).result;
}
