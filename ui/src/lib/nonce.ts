/** The nonce of this page's Content-Security-Policy, for code that adds style elements. */
export function nonce(): string | undefined {
  const content = document.querySelector<HTMLMetaElement>('meta[name="csp-nonce"]')?.content
  return content && content !== '__NONCE__' ? content : undefined
}
