import { afterEach, describe, expect, it, vi } from 'vitest'
import { now, nowText } from '../src/now'

describe('the present', () => {
  afterEach(() => {
    vi.useRealTimers()
    delete document.documentElement.dataset['ahead']
  })

  it.each([
    [undefined, '2020-03-27T18:00:00.000Z'],
    ['-36000', '2020-03-27T08:00:00.000Z'],
    ['60', '2020-03-27T18:01:00.000Z'],
  ])('of a page that says %s', (ahead, shown) => {
    vi.useFakeTimers({ now: new Date('2020-03-27T18:00:00Z') })
    if (ahead) document.documentElement.dataset['ahead'] = ahead
    expect(nowText()).toBe(shown)
    expect(new Date(now()).toISOString()).toBe(shown)
  })
})
