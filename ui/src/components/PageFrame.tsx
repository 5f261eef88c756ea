import { Breadcrumb, BreadcrumbItem } from '@patternfly/react-core'
import { Link, type LinkProps } from '@tanstack/react-router'
import { useEffect, useRef, type ReactNode } from 'react'

/** A step on the way here: a text and where it leads. */
export interface Crumb {
  text: string
  to: LinkProps['to']
  params?: LinkProps['params']
}

interface Props {
  title: string
  /** Besides the title: a status. */
  beside?: ReactNode
  /** One line below it. */
  lead?: ReactNode
  crumbs?: readonly Crumb[]
  actions?: ReactNode
  children: ReactNode
}

let shown: string | null = null

/** Title, way here and actions of a page. Every page is one of these. */
export function PageFrame({ title, beside, lead, crumbs = [], actions, children }: Props) {
  const heading = useRef<HTMLHeadingElement>(null)
  useEffect(() => {
    document.title = [title, ...crumbs.toReversed().map(({ text }) => text), 'Kore'].join(' · ')
  }, [title, crumbs])
  const page = [...crumbs.map(({ text }) => text), title].join('/')
  useEffect(() => {
    // Screen readers read the new page's heading; on the first page the browser's own start is right.
    const before = shown
    shown = page
    if (before === null || before === page) return
    // After a dialog that led here has given its focus back.
    const timer = setTimeout(() => heading.current?.focus())
    return () => clearTimeout(timer)
  }, [page])
  return (
    <div className="kore-page">
      <header className="kore-page-header">
        {crumbs.length > 0 && (
          <Breadcrumb>
            {crumbs.map(({ text, to, params }) => (
              <BreadcrumbItem key={text}>
                <Link to={to} params={params} className="pf-v6-c-breadcrumb__link">
                  {text}
                </Link>
              </BreadcrumbItem>
            ))}
            <BreadcrumbItem isActive>{title}</BreadcrumbItem>
          </Breadcrumb>
        )}
        <div className="kore-page-title">
          <h1 ref={heading} tabIndex={-1}>
            {title}
          </h1>
          {beside}
          {actions && <div className="kore-page-actions">{actions}</div>}
        </div>
        {lead && <p className="kore-page-lead">{lead}</p>}
      </header>
      {children}
    </div>
  )
}
