// One alert in a list: which view matched, how often, where, when, and what.
import type { Notification } from '@belfry/client'
import { ActionIcon, Tooltip } from '@mantine/core'
import { IconCheck } from '@tabler/icons-react'
import type { ReactNode } from 'react'
import { Link } from 'wouter'
import { count } from '../shared/count.ts'
import { Age } from '../shared/time.tsx'
import { alertAddress } from './address.ts'
import classes from './alert-row.module.css'
import { Matched } from './matched.tsx'

interface AlertRowProps {
  alert: Notification
  /** Where `j` and `k` are. */
  current?: boolean
  thumbs?: number
  /** Before the row, such as a checkbox. */
  lead?: ReactNode
  onOpen?: () => void
  onRead: (id: string) => void
}

/** Rows lay themselves out by the width of their list. */
export const AlertList = ({ children }: { children: ReactNode }) => (
  <div className={classes.list}>{children}</div>
)

export function AlertRow({ alert, current = false, thumbs, lead, onOpen, onRead }: AlertRowProps) {
  const { view_name, dataset_name, result_count } = alert.metadata
  const unread = alert.read_at === null
  return (
    <article
      className={classes.row}
      data-unread={unread || undefined}
      data-current={current || undefined}
      data-alert={alert.id}
    >
      {lead && <div className={classes.lead}>{lead}</div>}
      <div className={classes.body}>
        <Link href={alertAddress(alert)} className={classes.view} onClick={onOpen}>
          {unread && <span className={classes.hidden}>Unread: </span>}
          <span className="name">{view_name}</span>
        </Link>
        <span className={classes.age}>
          <Age at={alert.created_at} />
        </span>
        <div className={classes.about}>
          <span className={`${classes.count} figures`}>{count(result_count, 'new match')}</span> in{' '}
          <span className="name">{dataset_name}</span>
        </div>
        <div className={classes.matched}>
          <Matched alert={alert} max={thumbs} />
        </div>
      </div>
      <div className={classes.action}>
        {unread && (
          <Tooltip label="Mark as read" openDelay={400}>
            <ActionIcon
              variant="subtle"
              aria-label={`Mark ${view_name} as read`}
              onClick={() => onRead(alert.id)}
            >
              <IconCheck size={18} stroke={1.8} />
            </ActionIcon>
          </Tooltip>
        )}
      </div>
    </article>
  )
}
