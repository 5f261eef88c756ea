import { Alert } from '@patternfly/react-core'
import { useEffect, useRef } from 'react'
import { asProblem, fieldProblems } from '@/api/problems'
import { ProblemBody } from '../ProblemAlert'

interface Props {
  error: unknown
  title: string
  /** Pointer of each field, and what the field is called. */
  fields: Readonly<Record<string, string>>
  labels: Readonly<Record<string, string>>
}

/** What is wrong with a form, at its top, with links to the fields. Takes focus when it comes. */
export function ErrorSummary({ error, title, fields, labels }: Props) {
  const box = useRef<HTMLDivElement>(null)
  useEffect(() => box.current?.focus(), [error])
  const problem = asProblem(error)
  const found = fieldProblems(problem, fields)
  return (
    <div ref={box} tabIndex={-1} className="kore-summary">
      <Alert isInline variant={problem.owner === 'you' ? 'warning' : 'danger'} title={title}>
        {found.length > 0 && (
          <ul>
            {found.map(({ field, pointer, detail }) => (
              <li key={pointer + detail}>
                {field ? (
                  <a
                    href={`#${fieldId(field)}`}
                    onClick={(event) => {
                      event.preventDefault()
                      document.getElementById(fieldId(field))?.focus()
                    }}
                  >
                    {labels[field] ?? field}
                  </a>
                ) : (
                  <code>{pointer}</code>
                )}
                : {detail}
              </li>
            ))}
          </ul>
        )}
        <ProblemBody problem={{ ...problem, errors: [] }} />
      </Alert>
    </div>
  )
}

/** The id of a field's control. */
export const fieldId = (field: string): string => `field-${field}`
