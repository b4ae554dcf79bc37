import { describe, expect, it } from 'vitest'
import { type Clock, full, read, span } from '../src/time'

const zone = 'Asia/Shanghai'
const now = new Date('2020-03-27T07:30:00Z') // 15:30 in Shanghai
const en: Clock = { now, lang: 'en', zone }
const zh: Clock = { now, lang: 'zh', zone }
const at = (text: string): Date => new Date(`${text}+08:00`)

describe('a moment', () => {
  it.each([
    ['2020-03-27T16:00', 'today 16:00', '今天 16:00'],
    ['2020-03-27T00:00', 'today 00:00', '今天 00:00'],
    ['2020-03-26T23:59', 'yesterday 23:59', '昨天 23:59'],
    ['2020-03-28T08:00', 'tomorrow 08:00', '明天 08:00'],
    ['2020-04-04T08:00', '4 Apr 08:00', '4月4日 08:00'],
    ['2019-12-04T08:00', '4 Dec 2019 08:00', '2019年12月4日 08:00'],
  ])('%s', (text, english, chinese) => {
    expect(read(at(text), 'at', en)).toBe(english)
    expect(read(at(text), 'at', zh)).toBe(chinese)
  })

  it('counts days where the area is, not where the browser is', () => {
    const evening = new Date('2020-03-27T16:30:00Z')
    expect(read(evening, 'at', en)).toBe('tomorrow 00:30')
    expect(read(evening, 'at', { ...en, zone: 'UTC' })).toBe('today 16:30')
  })
})

describe('a deadline', () => {
  it.each([
    ['2020-03-27T13:30', '2 h late', '已超时 2 小时'],
    ['2020-03-27T15:10', '20 min late', '已超时 20 分钟'],
    ['2020-03-27T16:00', '30 min left', '还剩 30 分钟'],
    ['2020-03-27T17:00', '1 h 30 min left', '还剩 1 小时 30 分'],
    ['2020-03-27T20:00', 'today 20:00', '今天 20:00'],
    ['2020-03-24T15:30', '3 d late', '已超时 3 天'],
  ])('%s', (text, english, chinese) => {
    expect(read(at(text), 'due', en)).toBe(english)
    expect(read(at(text), 'due', zh)).toBe(chinese)
  })
})

it('says how long ago', () => {
  expect(read(at('2020-03-27T15:30'), 'ago', en)).toBe('now')
  expect(read(at('2020-03-27T15:00'), 'ago', zh)).toBe('30 分钟前')
  expect(read(at('2020-03-27T18:30'), 'ago', en)).toBe('in 3 h')
  expect(read(at('2020-03-27T08:05'), 'time', zh)).toBe('08:05')
})

it('gives no minutes from six hours on', () => {
  expect(span(6.5 * 3600_000, 'en')).toBe('6 h')
  expect(span(47.9 * 3600_000, 'en')).toBe('47 h')
  expect(span(48 * 3600_000, 'en')).toBe('2 d')
})

it('writes the full date for the title', () => {
  expect(full(at('2020-03-27T16:00'), en)).toContain('27 March 2020')
  expect(full(at('2020-03-27T16:00'), zh)).toContain('2020年3月27日')
})
