import { Empty } from '@/components/states'

/** A tab that there is not. */
export function OtherTab() {
  return <Empty title="There is no such tab">The address may be from another version of the console.</Empty>
}
