import { defineConfig } from "vitest/config";
import { BaseSequencer, type TestSpecification } from "vitest/node";

/** Files that run the whole program, which costs the most: they begin, so that no worker is left alone with one of them at the end. */
const HEAVY = ["/test/program/backends.test.ts", "/test/program/", "/test/component/"];

/** Heavy files first; the others in the runner's own order. */
class HeavyFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const weight = ({ moduleId }: TestSpecification): number => {
      const at = HEAVY.findIndex((part) => moduleId.includes(part));
      return at < 0 ? HEAVY.length : at;
    };
    return (await super.sort(files)).toSorted((a, b) => weight(a) - weight(b));
  }
}

/**
 * Everything that needs neither Docker nor network. The files of one worker share their modules, which would otherwise be loaded anew for each
 * of more than a hundred files: a test that changes something global (environment, timers, a spy) puts it back.
 */
export default defineConfig({
  test: {
    include: ["test/{unit,component,program,golden}/**/*.test.ts"],
    pool: "forks",
    isolate: false,
    // its default leaves one processor out, which is half of two
    maxWorkers: "100%",
    sequence: { sequencer: HeavyFirst },
    // ends what hangs; no test is that slow, but the machine may be
    testTimeout: 300_000,
    hookTimeout: 300_000,
  },
});
