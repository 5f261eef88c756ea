import type { FullConfig, Reporter, Suite, TestCase, TestError, TestResult, TestStep } from '@playwright/test/reporter'

/** Characters of a failure's message that are shown. */
const SHOWN = 1200

/** The file and line of a place, without the way there. */
const at = (place?: { file: string; line: number }): string => (place ? ` at ${place.file.split('/').at(-1) ?? ''}:${String(place.line)}` : '')

const steps = (of: TestStep[]): TestStep[] => of.flatMap((step) => [step, ...steps(step.steps)])

/** What a test waited for longest: of one that ran out of time, what it hung at. */
function longest(of: TestStep[]): string {
  const [most] = steps(of)
    .filter(({ category }) => category === 'pw:api' || category === 'expect')
    .map((step) => ({ step, took: step.duration < 0 ? Infinity : step.duration }))
    .toSorted((one, other) => other.took - one.took)
  return most ? `longest: ${most.step.title}${at(most.step.location)}` : ''
}

/** What the page told when the test failed. */
const page = (result: TestResult): string[] => result.attachments.filter(({ name }) => name === 'told').map(({ body }) => `page: ${body?.toString() ?? ''}`)

const told = ({ message, location }: TestError): string => `${message ?? ''}${at(location)}`

/** Says last what failed and why, on a line each: whoever reads the end of a long run reads that. */
export default class Failures implements Reporter {
  private all: TestCase[] = []

  onBegin(_: FullConfig, suite: Suite): void {
    this.all = suite.allTests()
  }

  onEnd(): void {
    for (const test of this.all.filter((one) => !one.ok())) {
      const why = test.results.flatMap((result) => [...result.errors.map(told), longest(result.steps), ...page(result)])
      // oxlint-disable-next-line no-control-regex
      const said = why.join(' | ').replaceAll(/\u001B\[\d*m/g, '').replaceAll(/\s+/g, ' ').slice(0, SHOWN)
      process.stdout.write(`failed: ${test.location.file.split('/').at(-1) ?? ''}: ${test.title}: ${said}\n`)
    }
  }
}
