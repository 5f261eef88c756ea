import type { Control, FieldValues, Path } from 'react-hook-form'
import { CheckField } from '@/components/form/fields'
import { LABELS } from './form'

/** Whether the account goes with its object. */
export const CloseField = <T extends FieldValues & { closeWhenDeleted: boolean }>({ control }: { control: Control<T> }) => (
  <CheckField control={control} name={'closeWhenDeleted' as Path<T>} label={LABELS.closeWhenDeleted} hint="With everything in it. Otherwise it stays in the cloud as it is." />
)
