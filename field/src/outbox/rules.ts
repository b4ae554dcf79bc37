import type { Answer, Entry, Outcome, Problem } from './types'

const SECOND = 1000
const DAY = 24 * 3600 * SECOND
const LONGEST_WAIT = 60 * SECOND
const LONGEST_RETRY_AFTER = 15 * 60 * SECOND
/** A tab that died while sending leaves `sending` behind; after this the entry is tried again (the id keeps it single). */
const SENDING_GIVES_UP = 90 * SECOND

export type NewEntry = Pick<Entry, 'id' | 'owner' | 'url' | 'label' | 'fields'> & Partial<Pick<Entry, 'subject' | 'editUrl' | 'card' | 'staysOpen'>>

export function compose(given: NewEntry, now: number): Entry {
  return { subject: '', editUrl: '', card: '', ...given, created: now, state: 'waiting', attempts: 0, notBefore: 0 }
}

/** Doubles from one second to a minute; `chance` in [0, 1) spreads many phones that come back into the network at once. */
export function backoff(attempts: number, chance: number): number {
  const wait = Math.min(LONGEST_WAIT, SECOND * 2 ** Math.max(0, attempts - 1))
  return Math.round(wait * (0.75 + chance / 2))
}

/** For the one tab that holds the lock: what is still marked as being sent was left so by a tab that closed. */
export function recover(entry: Entry): Entry {
  return entry.state === 'sending' ? { ...entry, state: 'waiting', notBefore: 0 } : entry
}

function isOpen(entry: Entry, now: number): boolean {
  return entry.state === 'waiting' || (entry.state === 'sending' && now - entry.notBefore > SENDING_GIVES_UP)
}

/** The oldest entry of this owner whose time has come and whose subject has nothing older still unsent. Entries are in order of making. */
export function next(entries: readonly Entry[], owner: string, now: number): Entry | undefined {
  const held = new Set<string>()
  for (const entry of entries) {
    if (entry.owner !== owner || entry.state === 'sent' || entry.state === 'refused') continue
    if (isOpen(entry, now) && (entry.state === 'sending' || entry.notBefore <= now) && !held.has(entry.subject)) return entry
    if (entry.subject) held.add(entry.subject)
  }
  return undefined
}

/** When to look again (ms since the epoch), or undefined when nothing waits. */
export function wakeAt(entries: readonly Entry[], owner: string): number | undefined {
  const times = entries.filter((entry) => entry.owner === owner).flatMap((entry) => {
    if (entry.state === 'sending') return [entry.notBefore + SENDING_GIVES_UP + 1]
    return entry.state === 'waiting' ? [entry.notBefore] : []
  })
  return times.length ? Math.min(...times) : undefined
}

export function begin(entry: Entry, now: number): Entry {
  return { ...entry, state: 'sending', attempts: entry.attempts + 1, notBefore: now }
}

/** What an answer makes of the entry that was being sent. */
export function settle(entry: Entry, outcome: Outcome, now: number, chance: number): Entry {
  switch (outcome.kind) {
    case 'recorded':
      // The server has it: personal data does not stay on the phone.
      return { ...entry, state: 'sent', fields: [], finished: now, answer: outcome.answer }
    case 'refused':
      return { ...entry, state: 'refused', finished: now, problem: outcome.problem }
    case 'signed-out':
      return { ...entry, state: 'waiting', attempts: entry.attempts - 1, notBefore: 0 }
    case 'unreachable':
      return { ...entry, state: 'waiting', notBefore: now + backoff(entry.attempts, chance) }
    case 'busy': {
      const asked = Math.min(outcome.retryAfter ?? 0, LONGEST_RETRY_AFTER)
      return { ...entry, state: 'waiting', notBefore: now + Math.max(asked, backoff(entry.attempts, chance)) }
    }
  }
}

export function again(entry: Entry): Entry {
  const { problem: _problem, finished: _finished, ...rest } = entry
  return { ...rest, state: 'waiting', attempts: 0, notBefore: 0 }
}

/** Entries that no longer belong on the device: sent on an earlier day, or by somebody else. */
export function stale(entries: readonly Entry[], owner: string, startOfDay: number): readonly Entry[] {
  return entries.filter((entry) => entry.state === 'sent' && (entry.created < startOfDay || entry.owner !== owner))
}

export interface Counts {
  readonly waiting: number
  readonly sent: number
  readonly refused: number
  readonly others: number
}

export function count(entries: readonly Entry[], owner: string): Counts {
  const counts = { waiting: 0, sent: 0, refused: 0, others: 0 }
  for (const entry of entries) {
    if (entry.owner !== owner) counts.others += entry.state === 'sent' ? 0 : 1
    else if (entry.state === 'sending') counts.waiting += 1
    else counts[entry.state] += 1
  }
  return counts
}

function retryAfter(header: string | null, now: number): number | undefined {
  if (!header) return undefined
  const seconds = Number(header)
  const wait = Number.isFinite(seconds) ? seconds * SECOND : Date.parse(header) - now
  return Number.isFinite(wait) ? Math.min(Math.max(0, wait), DAY) : undefined
}

function problem(status: number, body: unknown): Problem {
  const given = typeof body === 'object' && body !== null ? (body as Partial<Problem>) : {}
  const said = { status, code: String(given.code ?? ''), title: String(given.title ?? ''), detail: String(given.detail ?? '') }
  if (Array.isArray(given.changes)) return { ...said, changes: given.changes }
  return Array.isArray(given.candidates) ? { ...said, candidates: given.candidates } : said
}

const TRY_AGAIN = new Set([408, 423, 425, 429])

export interface Received {
  /** 0 stands for a redirect that was not followed. */
  readonly status: number
  readonly body: unknown
  readonly retryAfter: string | null
}

/**
 * What a response means for the entry. A 403 with a code of the catalogue is a refusal (the post may not do this); without
 * one it is the session or the CSRF token that ran out, as is any redirect, since a recorded entry is answered with JSON.
 */
export function judge(received: Received, now: number): Outcome {
  const { status, body } = received
  if (status >= 200 && status < 300) return { kind: 'recorded', answer: (body ?? {}) as Answer }
  if (status === 0 || status === 401 || (status >= 300 && status < 400)) return { kind: 'signed-out' }
  const sentence = problem(status, body)
  if (status === 403 && !sentence.code) return { kind: 'signed-out' }
  if (status >= 500 || TRY_AGAIN.has(status)) return { kind: 'busy', retryAfter: retryAfter(received.retryAfter, now) }
  return { kind: 'refused', problem: sentence }
}

/** Where what was typed is looked at again: its form, with the draft. */
export function draftUrl({ id, editUrl }: Pick<Entry, 'id' | 'editUrl'>): string {
  return editUrl && `${editUrl}${editUrl.includes('?') ? '&' : '?'}draft=${id}`
}
