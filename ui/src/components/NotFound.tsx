import { Link } from '@tanstack/react-router'
import { Empty } from './states'
import { PageFrame } from './PageFrame'

/** Nothing is at this address; or it was, and has been deleted. */
export function NotFound({ what = 'page' }: { what?: string }) {
  return (
    <PageFrame title="Not found">
      <Empty title={`There is no such ${what}`} action={<Link to="/">Go to the first page</Link>}>
        {what === 'page'
          ? 'Nothing is at this address.'
          : 'It was deleted, it never was, or you may not know of it. The activity page says who deleted what.'}
      </Empty>
    </PageFrame>
  )
}
