import { Pagination } from '@mantine/core'
import { pageSize } from './tasks.ts'

/** Nothing, while all of them fit on one page. */
export function TaskPages({ total, page, onChange }: TaskPagesProps) {
  if (total <= pageSize) return null
  return (
    <Pagination
      mt="lg"
      value={page}
      onChange={onChange}
      total={Math.ceil(total / pageSize)}
      getControlProps={control => ({ 'aria-label': `${control} page` })}
    />
  )
}
interface TaskPagesProps {
  total: number
  page: number
  onChange: (page: number) => void
}
