import { Placeholder } from '@/components/Placeholder'

export function GetStartedPage() {
  return <Placeholder title="Get started" cli="kore status" />
}
