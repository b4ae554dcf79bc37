import { describe, expect, it } from 'vitest'
import { uuid7 } from '../src/uuid7'

describe('uuid7', () => {
  it('has the version and variant of RFC 9562', () => {
    for (let i = 0; i < 200; i++) expect(uuid7()).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
  })

  it('carries the milliseconds it was made at', () => {
    const at = Date.UTC(2100, 0, 1)
    expect(Number.parseInt(uuid7(at).replaceAll('-', '').slice(0, 12), 16)).toBe(at)
  })

  it('sorts in the order of making, also within a millisecond, past the end of its sequence and when the clock goes back', () => {
    const at = Date.UTC(2101, 0, 1)
    const made = Array.from({ length: 9000 }, (_, i) => uuid7(i === 500 ? at - 5000 : at))
    expect([...made].sort()).toEqual(made)
    expect(new Set(made).size).toBe(made.length)
  })
})
