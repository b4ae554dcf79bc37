import { type Lang, say } from './words'

const MINUTE = 60_000
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR

/** `at`: a moment ("today 16:00"); `time`: of a day that is told beside it; `due`: a deadline ("2 h late", "until 16:00");
 * `ago`: how long since or until. */
export type Reading = 'at' | 'time' | 'due' | 'ago'

export interface Clock {
  readonly now: Date
  readonly lang: Lang
  /** IANA name of the area's zone; the browser's own where it is not given. */
  readonly zone?: string | undefined
}

const formats = new Map<string, Intl.DateTimeFormat>()

function format(clock: Clock, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const locale = clock.lang === 'zh' ? 'zh-CN' : 'en-GB'
  const key = `${locale} ${clock.zone} ${JSON.stringify(options)}`
  const known = formats.get(key)
  if (known) return known
  const made = new Intl.DateTimeFormat(locale, { ...options, ...(clock.zone ? { timeZone: clock.zone } : {}) })
  formats.set(key, made)
  return made
}

/** Number of the local calendar day, so that differences count midnights and not 24-hour spans. */
function dayNumber(at: Date, clock: Clock): number {
  const parts = format(clock, { year: 'numeric', month: 'numeric', day: 'numeric' }).formatToParts(at)
  const value = (type: string): number => Number(parts.find((part) => part.type === type)?.value)
  return Date.UTC(value('year'), value('month') - 1, value('day')) / DAY
}

function hourMinute(at: Date, clock: Clock): string {
  return format(clock, { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' }).format(at)
}

function date(at: Date, clock: Clock): string {
  const sameYear = format(clock, { year: 'numeric' }).format(at) === format(clock, { year: 'numeric' }).format(clock.now)
  const month = clock.lang === 'zh' ? 'long' : 'short'
  return format(clock, { day: 'numeric', month, ...(sameYear ? {} : { year: 'numeric' }) }).format(at)
}

/** Day and minute, however near: 27 Mar 15:30. */
export function dated(at: Date, clock: Clock): string {
  return `${date(at, clock)} ${hourMinute(at, clock)}`
}

export function moment(at: Date, clock: Clock): string {
  const distance = dayNumber(at, clock) - dayNumber(clock.now, clock)
  const near = ({ '-1': 'yesterday', '0': 'today', '1': 'tomorrow' } as const)[String(distance) as '0']
  const day = near ? say(near, {}, clock.lang) : date(at, clock)
  return `${day} ${hourMinute(at, clock)}`
}

/** A length in the one or two units a person would say: 40 min, 2 h, 2 h 20 min (under six hours), 3 d. */
export function span(ms: number, lang: Lang): string {
  const minutes = Math.floor(Math.abs(ms) / MINUTE)
  const hours = Math.floor(minutes / 60)
  if (hours < 1) return say('n min', { n: minutes }, lang)
  if (hours < 6 && minutes % 60) return say('n h n min', { n: hours, m: minutes % 60 }, lang)
  if (hours < 48) return say('n h', { n: hours }, lang)
  return say('n d', { n: Math.floor(hours / 24) }, lang)
}

function ago(at: Date, clock: Clock): string {
  const past = clock.now.getTime() - at.getTime()
  if (Math.abs(past) < MINUTE) return say('now', {}, clock.lang)
  return say(past > 0 ? 'ago' : 'in', { time: span(past, clock.lang) }, clock.lang)
}

function due(at: Date, clock: Clock): string {
  const left = at.getTime() - clock.now.getTime()
  if (left < 0) return say('late', { time: span(left, clock.lang) }, clock.lang)
  return left < 2 * HOUR ? say('left', { time: span(left, clock.lang) }, clock.lang) : moment(at, clock)
}

export function read(at: Date, reading: Reading, clock: Clock): string {
  if (reading === 'due') return due(at, clock)
  if (reading === 'time') return hourMinute(at, clock)
  return reading === 'ago' ? ago(at, clock) : moment(at, clock)
}

export function full(at: Date, clock: Clock): string {
  return format(clock, { dateStyle: 'full', timeStyle: 'short', hourCycle: 'h23' }).format(at)
}
