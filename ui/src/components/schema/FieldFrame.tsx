import { Button } from '@patternfly/react-core'
import type { ReactNode } from 'react'
import { Prose } from '@/components/Prose'
import { fieldId } from '@/components/form/ErrorSummary'
import type { Path } from '@/lib/document'
import { useField } from './context'
import { Rules } from './Rules'
import { notesOf, plain, type Shape } from './shape'

/** What a control takes over from its frame. */
export interface Control {
  id: string
  describedBy: string
  isInvalid: boolean
}

interface Props {
  shape: Shape
  path: Path
  label: string
  isRequired?: boolean
  /** The label is for a group of controls and not for one. */
  isGroup?: boolean
  children: (control: Control) => ReactNode
}

/** Label, control, and below it what it is for, what holds, who locks it, and what is wrong with it. */
export function FieldFrame({ shape, path, label, isRequired, isGroup, children }: Props) {
  const { form, own, inherited, value, pointer, problems, rules, isLocked } = useField(path)
  const id = fieldId(pointer)
  const describedBy = `${id.replaceAll(/\s/g, '_')}-about`
  const shut = isLocked ? 'locked' : form.isReadOnly ? 'read' : form.isMade && shape.isFixed ? 'fixed' : null
  const Caption = isGroup || shut ? 'span' : 'label'
  const unit = shape.unit && typeof value === 'number' ? ` ${shape.unit}` : ''
  const notes = notesOf(shape, value)
  const isNamedBelow = shape.kind === 'boolean' && !shut
  const differs = form.hasInherited && own !== undefined
  return (
    <div className="kore-field" role={isGroup ? 'group' : undefined} aria-label={isGroup ? label : undefined}>
      <div className="kore-field-label">
        {!isNamedBelow && (
          <Caption htmlFor={Caption === 'label' ? id : undefined}>
            {label}
            {isRequired && !shut && <span aria-hidden="true"> *</span>}
          </Caption>
        )}
        {shut === 'locked' && <span className="kore-tag">locked</span>}
        {shut === 'fixed' && <span className="kore-tag">fixed</span>}
        {differs && <span className="kore-tag kore-tag-own">differs from the plan</span>}
      </div>
      {shut ? (
        // A link in the summary of errors leads here.
        <output id={id} className="kore-field-value" tabIndex={-1} aria-describedby={describedBy}>
          {value === undefined ? `${plain(shape.fallback)}` : plain(value)}
          {unit}
        </output>
      ) : (
        children({ id, describedBy, isInvalid: problems.length > 0 })
      )}
      <div id={describedBy} className="kore-field-about">
        {problems.map((detail) => (
          <p key={detail} className="kore-field-problem">
            {detail}
          </p>
        ))}
        {shape.about && (
          <p>
            <Prose text={shape.about} />
          </p>
        )}
        {!form.isReadOnly && notes.length > 0 && <p className="kore-field-notes">{notes.join(' · ')}</p>}
        <Rules rules={rules} />
      </div>
      {differs && !form.isReadOnly && (
        <Button variant="link" size="sm" isInline onClick={() => form.change(path, undefined)}>
          Back to the plan’s {inherited === undefined ? 'default' : plain(inherited)}
        </Button>
      )}
    </div>
  )
}
