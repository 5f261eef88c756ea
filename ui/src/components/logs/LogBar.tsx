import { Button, SearchInput, Switch, ToggleGroup, ToggleGroupItem } from '@patternfly/react-core'
import { useMutation } from '@tanstack/react-query'
import { ProblemAlert } from '@/components/ProblemAlert'
import type { LogView } from './LogViewer'
import { download, type LogOf } from './reader'
import type { Found } from './useFind'

interface Props {
  of: LogOf
  view: LogView
  onView: (view: LogView) => void
  query: string
  onQuery: (query: string) => void
  isFollowing: boolean
  onFollow: (isFollowing: boolean) => void
  found: Found
}

/** How a log is read: at its end or further back, what is looked for in it, and how it looks. */
export function LogBar({ of, view, onView, query, onQuery, isFollowing, onFollow, found }: Props) {
  const save = useMutation({ mutationFn: () => download(of) })
  return (
    <>
      <div className="kore-log-bar">
        <ToggleGroup aria-label="How to read" isCompact>
          <ToggleGroupItem text="Follow" buttonId="kore-log-follow" isSelected={isFollowing} onChange={() => onFollow(true)} />
          <ToggleGroupItem text="Read back" buttonId="kore-log-back" isSelected={!isFollowing} onChange={() => onFollow(false)} />
        </ToggleGroup>
        <LogSearch query={query} onQuery={onQuery} found={found} />
        <Switch label="Times" isChecked={view.times} onChange={(_, times) => onView({ ...view, times })} />
        <Switch label="Wrap" isChecked={view.wrap} onChange={(_, wrap) => onView({ ...view, wrap })} />
        <Button variant="secondary" size="sm" className="kore-log-save" isLoading={save.isPending} isDisabled={save.isPending} onClick={() => save.mutate()}>
          Download raw
        </Button>
      </div>
      {save.isError && <ProblemAlert error={save.error} title="The log was not downloaded" onRetry={() => save.mutate()} />}
    </>
  )
}

function LogSearch({ query, onQuery, found }: Pick<Props, 'query' | 'onQuery' | 'found'>) {
  return (
    <div className="kore-log-find">
      <SearchInput
        aria-label="Find in the log"
        placeholder="Find in the log"
        value={query}
        onChange={(_, next) => onQuery(next)}
        onClear={() => onQuery('')}
        onKeyDown={(event) => {
          if (event.key !== 'Enter') return
          event.preventDefault()
          found.go(event.shiftKey ? -1 : 1)
        }}
      />
      <span role="status" className="kore-log-count">
        {query !== '' && `${found.current > 0 ? `${found.current.toLocaleString('en')} of ` : ''}${found.count.toLocaleString('en')} ${found.count === 1 ? 'line' : 'lines'}${found.isDone ? '' : '…'}`}
      </span>
      {query !== '' && (
        <>
          <Button variant="plain" size="sm" aria-label="Previous match" isDisabled={found.count === 0} onClick={() => found.go(-1)}>
            ↑
          </Button>
          <Button variant="plain" size="sm" aria-label="Next match" isDisabled={found.count === 0} onClick={() => found.go(1)}>
            ↓
          </Button>
        </>
      )}
    </div>
  )
}
