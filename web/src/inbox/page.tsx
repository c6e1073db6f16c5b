// The whole inbox: every alert the reader was told of, narrowed as they like, marked in bulk.
import { Checkbox } from '@mantine/core'
import { useMediaQuery } from '@mantine/hooks'
import { useState } from 'react'
import { useLocation } from 'wouter'
import { useKeys } from '../keyboard/keys.ts'
import { useListKeys } from '../shared/list-keys.ts'
import { More } from '../shared/more.tsx'
import { RowSkeletons } from '../shared/skeletons.tsx'
import { ErrorState } from '../shared/states.tsx'
import { alertAddress } from './address.ts'
import { AlertList, AlertRow } from './alert-row.tsx'
import { useAlerts, useMarkRead } from './alerts.ts'
import { daysOf } from './days.ts'
import { EmptyInbox } from './empty.tsx'
import { asFilter, isNarrowed, useInboxChoice } from './filter.ts'
import { FilterBar } from './filter-bar.tsx'
import { InboxHead } from './head.tsx'
import classes from './page.module.css'
import { toggled } from './selection.ts'

export function InboxPage() {
  const [, go] = useLocation()
  const { choice, choose } = useInboxChoice()
  const { alerts = [], total, ...pages } = useAlerts(asFilter(choice))
  const { mutate: markRead } = useMarkRead()
  const [selected, setSelected] = useState<ReadonlySet<string>>(new Set())
  const toggle = (id: string) => setSelected(ids => toggled(ids, id))
  const readSelected = (ids: string[]) => {
    markRead(ids)
    setSelected(new Set())
  }
  const chosen = alerts.filter(({ id }) => selected.has(id))
  const markOne = (i: number) => markRead([alerts[i]!.id])
  const current = useListKeys(
    'Inbox',
    alerts.length,
    i => document.querySelector(`main [data-alert="${alerts[i]?.id}"]`),
    [
      { keys: 'Enter', does: 'Open what matched', run: i => go(alertAddress(alerts[i]!)) },
      ...(chosen.length > 0 ? [] : [{ keys: 'e', does: 'Mark as read', run: markOne }]),
      { keys: 'x', does: 'Select', run: i => toggle(alerts[i]!.id) },
    ],
  )
  useKeys(
    'Inbox',
    [
      { keys: 'e', does: 'Mark the selected as read', run: () => readSelected(chosen.map(({ id }) => id)) },
      { keys: 'Escape', does: 'Select none', run: () => setSelected(new Set()) },
    ],
    { active: chosen.length > 0 },
  )
  const wide = useMediaQuery('(min-width: 62em)', true, { getInitialValueInEffect: false })
  const currentId = alerts[current]?.id
  return (
    <>
      <InboxHead
        total={total}
        alerts={alerts}
        selected={selected}
        onSelect={setSelected}
        onRead={readSelected}
        datasetId={choice.dataset}
        isPart={choice.view !== null || choice.from !== null || choice.to !== null}
      />
      <FilterBar choice={choice} onChoose={choose} />
      {pages.error && total === undefined ? (
        <ErrorState error={pages.error} onRetry={() => void pages.refetch()} />
      ) : total === undefined ? (
        <div className={classes.list}>
          <RowSkeletons rows={6} />
        </div>
      ) : total === 0 ? (
        <EmptyInbox narrowed={isNarrowed(choice)} unreadOnly={choice.unread} />
      ) : (
        daysOf(alerts).map(({ day, alerts: ofDay }) => (
          <section key={day} aria-label={day}>
            <h2 className={classes.day}>{day}</h2>
            <div className={classes.list}>
              <AlertList>
                {ofDay.map(alert => (
                  <AlertRow
                    key={alert.id}
                    alert={alert}
                    thumbs={wide ? 9 : 4}
                    current={alert.id === currentId}
                    lead={
                      <Checkbox
                        aria-label={`Select ${alert.metadata.view_name}`}
                        checked={selected.has(alert.id)}
                        onChange={() => toggle(alert.id)}
                      />
                    }
                    onRead={id => markRead([id])}
                  />
                ))}
              </AlertList>
            </div>
          </section>
        ))
      )}
      <More pages={pages} />
    </>
  )
}
