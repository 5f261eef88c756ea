/**
 * Ends the session through the form of the server's own account page: signing out takes the proof that is
 * in it, and may lead on to an identity provider's page.
 */
export async function signOut(): Promise<void> {
  const page = new DOMParser().parseFromString(await (await fetch('/auth/account')).text(), 'text/html')
  const proof = page.querySelector<HTMLInputElement>('form[action^="/auth/logout"] input[name="csrf"]')?.value
  if (!proof) return location.assign('/auth/account')
  const form = document.createElement('form')
  form.method = 'post'
  form.action = '/auth/logout'
  const input = document.createElement('input')
  input.type = 'hidden'
  input.name = 'csrf'
  input.value = proof
  form.append(input)
  document.body.append(form)
  form.submit()
}
