import { Placeholder } from '@/components/Placeholder'

export function SignInPage() {
  return <Placeholder title="Sign-in" cli="kore idp list" />
}
