import { instant } from '@/lib/time'

/** Places of a time as logs show it: "01-02 03:04:05.678". */
export const STAMP_WIDTH = 18

/** Writes the time before a line in a zone. */
export function stamper(zone: 'local' | 'utc'): (time: string) => string {
  const two = (value: number) => String(value).padStart(2, '0')
  return (time) => {
    const at = instant(time)
    if (!at) return ' '.repeat(STAMP_WIDTH)
    const utc = zone === 'utc'
    const [month, day] = utc ? [at.getUTCMonth(), at.getUTCDate()] : [at.getMonth(), at.getDate()]
    const [hours, minutes, seconds] = utc
      ? [at.getUTCHours(), at.getUTCMinutes(), at.getUTCSeconds()]
      : [at.getHours(), at.getMinutes(), at.getSeconds()]
    return `${two(month + 1)}-${two(day)} ${two(hours)}:${two(minutes)}:${two(seconds)}.${String(at.getUTCMilliseconds()).padStart(3, '0')}`
  }
}
