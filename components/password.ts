import type * as pulumi from "@pulumi/pulumi";
import * as random from "@pulumi/random";

const LENGTH = 32;

/**
 * A generated password: letters and digits only.
 * The collector expands `$` in whatever it reads, URLs need escapes, SQL needs quotes; 32 letters and digits have 190 bits without any of that.
 *
 * @param writtenIntoData Whether a store writes it into its data when it first starts: then it must live as long as the volume,
 * and `destroy --exclude-protected` must not take it while it leaves the data. Default: no.
 */
export function password(
  name: string,
  parent: pulumi.Resource | undefined,
  writtenIntoData = false,
): pulumi.Output<string> {
  const opts = { ...(parent && { parent }), ...(writtenIntoData && { protect: true }) };
  return new random.RandomPassword(name, { length: LENGTH, special: false }, opts).result;
}
