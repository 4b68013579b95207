import { BaseSequencer, type TestSpecification } from "vitest/node";

/** The files share one stack, so their order is part of the test: by name, whatever failed or was slow last time. */
export class InOrderOfName extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    return files.toSorted((a, b) => (a.moduleId < b.moduleId ? -1 : 1));
  }
}
