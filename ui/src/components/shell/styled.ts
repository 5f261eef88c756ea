/**
 * The document for code that adds style elements: it gives them the nonce of the page's policy, which takes no
 * others. Everything else is the document's own.
 */
export function withNonce(document: Document, nonce: string | undefined): Document {
  return new Proxy(document, {
    get(target, name) {
      if (name === 'createElement') {
        return (tag: string, options?: ElementCreationOptions) => {
          const element = target.createElement(tag, options)
          if (nonce && element instanceof HTMLStyleElement) element.nonce = nonce
          return element
        }
      }
      const value: unknown = Reflect.get(target, name)
      return typeof value === 'function' ? (value.bind(target) as unknown) : value
    },
    set: (target, name, value) => Reflect.set(target, name, value),
  })
}
