import { Button } from '@patternfly/react-core'
import { Failed } from '@/components/states'
import { useStore } from '@/lib/store'
import type { LogReader } from './reader'

interface Props {
  reader: LogReader
  onAll: () => void
  onRetry: () => void
}

/** What is not to be seen in the lines: that there are more, that none come now, or why there are none. */
export function LogNotices({ reader, onAll, onRetry }: Props) {
  const reading = useStore(reader.reading)
  const isCut = useStore(reader.isCut)
  useStore(reader.lines.version)
  const { first, end } = reader.lines
  const count = (end - first).toLocaleString('en')
  const words = {
    connecting: 'Asking for the log…',
    reading: `${count} lines, and new ones as they are written`,
    ended: `${count} lines; the container has ended, nothing more comes`,
    waiting: '',
    failed: '',
  }
  return (
    <>
      {reading.state === 'failed' && <Failed error={reading.error} onRetry={onRetry} />}
      <p className="kore-log-notice" role="status">
        <span className={`kore-log-state kore-log-${reading.state}`}>{reading.state === 'waiting' ? reading.why : words[reading.state]}</span>
        {first > 0 && <span>The first {first.toLocaleString('en')} lines were let go, to keep this page quick: the download has them.</span>}
        {isCut && reader.of.tail !== null && (
          <span>
            It begins with the last {reader.of.tail.toLocaleString('en')} lines.{' '}
            <Button variant="link" isInline onClick={onAll}>
              Load all of it
            </Button>
          </span>
        )}
      </p>
    </>
  )
}
