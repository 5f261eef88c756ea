import { useEffect } from 'react'
import type { FieldValues, Path, UseFormReturn } from 'react-hook-form'
import { asProblem, fieldProblems } from '@/api/problems'

/** Puts what the server says of fields next to them. */
export function useFormErrors<T extends FieldValues>(
  form: UseFormReturn<T>,
  error: unknown,
  fields: Readonly<Record<string, string>>,
): void {
  useEffect(() => {
    if (!error) return
    for (const { field, detail } of fieldProblems(asProblem(error), fields)) {
      if (field) form.setError(field as Path<T>, { type: 'server', message: detail })
    }
  }, [form, error, fields])
}
