import type { FullConfig, Reporter, Suite, TestCase } from '@playwright/test/reporter'

/** Characters of a failure's message that are shown. */
const SHOWN = 600

/** Says last what failed and why, on a line each: whoever reads the end of a long run reads that. */
export default class Failures implements Reporter {
  private all: TestCase[] = []

  onBegin(_: FullConfig, suite: Suite): void {
    this.all = suite.allTests()
  }

  onEnd(): void {
    for (const test of this.all.filter((one) => !one.ok())) {
      const why = test.results.flatMap(({ errors }) => errors).map(({ message }) => message ?? '')
      // oxlint-disable-next-line no-control-regex
      const said = why.join(' | ').replaceAll(/\u001B\[\d*m/g, '').replaceAll(/\s+/g, ' ').slice(0, SHOWN)
      process.stdout.write(`failed: ${test.location.file.split('/').at(-1) ?? ''}: ${test.title}: ${said}\n`)
    }
  }
}
