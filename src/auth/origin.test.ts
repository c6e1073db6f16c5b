import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isAddressedHere, isFromOurPages } from './origin.ts'

const config = { host: '127.0.0.1', publicUrl: null, origins: ['https://app.example.com'] }
const here = { host: 'belfry.local:8080' }

test('requests of our own pages, of configured origins and of programs pass', () => {
  assert.ok(isFromOurPages({ ...here }, config))
  assert.ok(isFromOurPages({ ...here, 'sec-fetch-site': 'same-origin' }, config))
  assert.ok(isFromOurPages({ ...here, 'sec-fetch-site': 'none' }, config))
  assert.ok(isFromOurPages({ ...here, origin: 'http://belfry.local:8080' }, config))
  assert.ok(
    isFromOurPages({ ...here, origin: 'https://app.example.com', 'sec-fetch-site': 'cross-site' }, config),
  )
  const behindProxy = { ...config, publicUrl: 'https://belfry.example.com/' }
  assert.ok(isFromOurPages({ host: '10.0.0.7', origin: 'https://belfry.example.com' }, behindProxy))
})

test('requests of other sites do not', () => {
  const others = [
    { origin: 'https://evil.example' },
    { origin: 'null' },
    { origin: 'http://belfry.local:3000' },
    { origin: 'https://app.example.com.evil.example' },
    { 'sec-fetch-site': 'cross-site' },
    { 'sec-fetch-site': 'same-site' },
    { origin: 'http://belfry.local:8080', 'sec-fetch-site': 'cross-site' },
  ] as const
  for (const headers of others)
    assert.equal(isFromOurPages({ ...here, ...headers }, config), false, JSON.stringify(headers))
})

test('without sign-in, only local names and the public one are ours', () => {
  for (const host of ['localhost:8080', '127.0.0.1:8080', '[::1]:8080', '127.1.2.3'])
    assert.ok(isAddressedHere({ host }, config), host)
  for (const host of [undefined, '', 'evil.example:8080', 'localhost.evil.example', '192.168.0.7:8080'])
    assert.equal(isAddressedHere({ host }, config), false, host)
  assert.ok(isAddressedHere({ host: 'belfry.home' }, { ...config, publicUrl: 'http://belfry.home' }))
  assert.ok(isAddressedHere({ host: 'anything' }, { ...config, host: '0.0.0.0' }))
})
