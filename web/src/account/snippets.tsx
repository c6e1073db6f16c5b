import { Tabs } from '@mantine/core'
import { Copyable } from '../shared/copyable.tsx'
import { curlSnippet, pythonSnippet } from './snippets.ts'

interface SnippetsProps {
  apiKey: string
  /** Null once it is no longer shown; the snippets then say where it goes. */
  apiSecret: string | null
}

export function Snippets({ apiKey, apiSecret }: SnippetsProps) {
  const given = { url: location.origin, apiKey, apiSecret: apiSecret ?? '<your api_secret>' }
  return (
    <Tabs defaultValue="python" keepMounted={false}>
      <Tabs.List mb="sm">
        <Tabs.Tab value="python">Python</Tabs.Tab>
        <Tabs.Tab value="curl">curl</Tabs.Tab>
      </Tabs.List>
      <Tabs.Panel value="python">
        <Copyable block label="the Python example" text={pythonSnippet(given)} />
      </Tabs.Panel>
      <Tabs.Panel value="curl">
        <Copyable block label="the curl example" text={curlSnippet(given)} />
      </Tabs.Panel>
    </Tabs>
  )
}
