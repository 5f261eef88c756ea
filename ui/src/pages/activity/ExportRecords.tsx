import { Alert, Button, FormSelect, FormSelectOption, Modal, ModalBody, ModalFooter, ModalHeader } from '@patternfly/react-core'
import { useId, useRef, useState } from 'react'
import { readRecords } from '@/api/kinds/audit'
import { Field } from '@/components/form/Field'
import { ProblemAlert } from '@/components/ProblemAlert'
import { YamlView } from '@/components/YamlView'
import { command } from '@/lib/quote'
import { heading, written, type Format } from './csv'

/** The most that a page of the browser writes; the command line has no limit. */
const MOST = 100_000

interface Props {
  team: string | null
  filter: string
}

type Progress = { state: 'idle' } | { state: 'running' | 'done'; count: number; bytes: number; cut: boolean } | { state: 'failed'; error: unknown }

/** Writes the records of the current filter to a file. */
export function ExportButton(props: Props) {
  const [isOpen, setOpen] = useState(false)
  return (
    <>
      <Button variant="secondary" onClick={() => setOpen(true)}>
        Export…
      </Button>
      {isOpen && <ExportDialog {...props} onClose={() => setOpen(false)} />}
    </>
  )
}

function ExportDialog({ team, filter, onClose }: Props & { onClose: () => void }) {
  const id = useId()
  const [format, setFormat] = useState<Format>('csv')
  const [progress, setProgress] = useState<Progress>({ state: 'idle' })
  const stop = useRef<AbortController | null>(null)
  const close = () => {
    stop.current?.abort()
    onClose()
  }
  const start = async () => {
    stop.current = new AbortController()
    try {
      await download(team, filter, format, stop.current.signal, setProgress)
    } catch (error) {
      if (!stop.current.signal.aborted) setProgress({ state: 'failed', error })
    }
  }
  const line = command(['kore', 'audit', 'export'], ['--team', team], ['--filter', filter], ['--format', format], ['--file', `activity.${format}`])
  return (
    <Modal isOpen variant="medium" onClose={close} aria-labelledby={id}>
      <ModalHeader title="Export the activity" labelId={id} description="All records of the current filter, newest first." />
      <ModalBody>
        <Field name="format" label="Format">
          <FormSelect value={format} onChange={(_, value) => setFormat(value as Format)} isDisabled={progress.state === 'running'}>
            <FormSelectOption value="csv" label="CSV, for spreadsheets" />
            <FormSelectOption value="jsonl" label="JSON lines, for programs" />
          </FormSelect>
        </Field>
        <div aria-live="polite">
          {progress.state === 'failed' && <ProblemAlert error={progress.error} title="The export was not finished" />}
          {(progress.state === 'running' || progress.state === 'done') && <p className="kore-hint">{said(progress)}</p>}
          {progress.state === 'done' && progress.cut && (
            <Alert isInline variant="warning" title={`There are more than ${MOST.toLocaleString('en')} records: these are the newest. The command below writes all.`} />
          )}
        </div>
        <p className="kore-hint">The same on the command line, without a limit:</p>
        <YamlView text={line} what="command" />
      </ModalBody>
      <ModalFooter>
        <Button onClick={() => void start()} isLoading={progress.state === 'running'} isDisabled={progress.state === 'running'}>
          Download
        </Button>
        <Button variant="link" onClick={close}>
          {progress.state === 'done' ? 'Close' : 'Cancel'}
        </Button>
      </ModalFooter>
    </Modal>
  )
}

const said = ({ state, count, bytes }: { state: string; count: number; bytes: number }): string =>
  `${count.toLocaleString('en')} records, ${bytes < 1_000_000 ? `${Math.ceil(bytes / 1000)} kB` : `${(bytes / 1_000_000).toFixed(1)} MB`}${state === 'running' ? ' so far…' : ' written.'}`

async function download(team: string | null, filter: string, format: Format, signal: AbortSignal, report: (progress: Progress) => void) {
  const parts: string[] = [heading(format)]
  let [count, bytes] = [0, heading(format).length]
  let next: string | undefined
  do {
    // One page needs the token of the page before.
    // oxlint-disable-next-line no-await-in-loop
    const page = await readRecords(team, { limit: '500', filter: filter || undefined, continue: next }, signal)
    const text = page.items.map((record) => written(record, format)).join('')
    parts.push(text)
    count += page.items.length
    bytes += text.length
    next = page.metadata.continue || undefined
    report({ state: 'running', count, bytes, cut: false })
  } while (next && count < MOST)
  const file = new Blob(parts, { type: format === 'csv' ? 'text/csv' : 'application/jsonl' })
  const link = document.createElement('a')
  link.href = URL.createObjectURL(file)
  link.download = `activity${team ? `-${team}` : ''}-${new Date().toISOString().slice(0, 10)}.${format}`
  link.click()
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000)
  report({ state: 'done', count, bytes, cut: next !== undefined })
}
