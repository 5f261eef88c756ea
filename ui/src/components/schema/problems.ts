/** For `ErrorSummary`, `FormModal` and `FormPage`: every pointer of a problem is the name of its own field in a `SchemaForm`. */
export const pointerFields = (errors: readonly { pointer: string }[] | undefined): Readonly<Record<string, string>> =>
  Object.fromEntries((errors ?? []).map(({ pointer }) => [pointer, pointer]))
