// Prints every alert, also those raised while it was not running: it keeps its place in a file.
//   BELFRY_URL=… BELFRY_API_KEY=… BELFRY_API_SECRET=… node examples/alerts.ts
import { readFileSync, writeFileSync } from 'node:fs'
import { BelfryClient } from '@belfry/client'

const { BELFRY_URL: url = 'http://127.0.0.1:8080', BELFRY_API_KEY, BELFRY_API_SECRET } = process.env
const place = 'alerts.cursor'

const client = new BelfryClient({ url, apiKey: BELFRY_API_KEY!, apiSecret: BELFRY_API_SECRET! })
const alerts = client.stream({ lastEventId: readPlace(), onChange: change => console.error(change.kind) })

for await (const { metadata } of alerts) {
  console.log(`${metadata.view_name}: ${metadata.result_count} new in ${metadata.dataset_name}`)
  writeFileSync(place, alerts.cursor!)
}

function readPlace(): string | undefined {
  try {
    return readFileSync(place, 'utf8')
  } catch {} // the first run
}
