import { carriesProfiles } from "./profiles.ts";
import { recordsPolicy } from "./sampling.ts";

/** Arguments a collector with this configuration is started with, besides the configuration: what it needs is behind feature gates. */
export function startArguments(config: string): readonly string[] {
  const gates = [
    // since 0.120.0, still alpha in 0.159.0
    ...(recordsPolicy(config) ? ["processor.tailsamplingprocessor.recordpolicy"] : []),
    // since 0.111.0, still alpha in 0.165.0
    ...(carriesProfiles(config) ? ["service.profilesSupport"] : []),
  ];
  return gates.length === 0 ? [] : [`--feature-gates=${gates.join(",")}`];
}
