/**
 * Runs code that adds style elements: it gives them the nonce of the page's policy, which takes no others. Code that
 * has an option for another document does not keep to it everywhere.
 */
export function withNonce(nonce: string | undefined, run: () => void): void {
  const make = document.createElement.bind(document)
  document.createElement = (tag: string, options?: ElementCreationOptions) => {
    const element = make(tag, options)
    if (nonce && element instanceof HTMLStyleElement) element.nonce = nonce
    return element
  }
  try {
    run()
  } finally {
    // What is beneath is the browser's own again.
    Reflect.deleteProperty(document, 'createElement')
  }
}
