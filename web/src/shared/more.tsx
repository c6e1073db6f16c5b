// Asks for the next page when the end of the list comes near, and says what happens there.
import { Button, Center, Loader } from '@mantine/core'
import type { UseInfiniteQueryResult } from '@tanstack/react-query'
import { useEffect, useRef } from 'react'

type Pages = Pick<
  UseInfiniteQueryResult,
  'hasNextPage' | 'isFetchingNextPage' | 'isFetchNextPageError' | 'fetchNextPage'
>

/** This far before the end of the list the next page is asked for. */
const ahead = '600px'

export function More({ pages }: { pages: Pages }) {
  const { hasNextPage: hasMore, isFetchingNextPage: loading, isFetchNextPageError: failed } = pages
  const onMore = () => void pages.fetchNextPage()
  const end = useRef<HTMLDivElement>(null)
  const latest = useRef(onMore)
  latest.current = onMore
  useEffect(() => {
    if (!hasMore || loading || failed || !end.current) return
    const watcher = new IntersectionObserver(
      entries => entries.some(({ isIntersecting }) => isIntersecting) && latest.current(),
      { rootMargin: ahead },
    )
    watcher.observe(end.current)
    return () => watcher.disconnect()
  }, [hasMore, loading, failed])
  if (!hasMore) return null
  return (
    <Center ref={end} h={64}>
      {failed ? (
        <Button variant="default" onClick={onMore}>
          The next page could not be loaded. Try again
        </Button>
      ) : (
        <Loader size="sm" role="status" aria-label="Loading more" />
      )}
    </Center>
  )
}
