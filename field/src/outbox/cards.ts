import { fragment } from '../dom'
import { icon, type IconName } from '../icons'
import { say } from '../words'
import type { Entry } from './types'

type Shown = Entry['state'] | 'open'

const SIGNS: Record<Entry['state'], IconName> = { waiting: 'waiting', sending: 'sending', sent: 'done', refused: 'refused' }

function find(entry: Entry): HTMLElement | null {
  return entry.card ? document.querySelector<HTMLElement>(entry.card) : null
}

function statusLine(card: HTMLElement): HTMLElement | null {
  return card.querySelector<HTMLElement>('[data-card-status]')
}

function write(card: HTMLElement, shown: Shown, label = '', detail = ''): void {
  card.dataset['outbox'] = shown
  const closed = shown === 'waiting' || shown === 'sending' || shown === 'sent'
  for (const part of card.querySelectorAll<HTMLElement>('[data-card-actions]')) part.inert = closed
  const line = statusLine(card)
  if (!line) return
  line.hidden = shown === 'open'
  line.replaceChildren()
  if (shown === 'open') return
  line.append(icon(SIGNS[shown]), ` ${say(`state ${shown}`)}`, label && ` · ${label}`, detail && ` – ${detail}`)
}

/** The change the user sees at once, before anything is stored or sent. */
export function markAnswered(selector: string, label: string): void {
  const card = selector ? document.querySelector<HTMLElement>(selector) : null
  if (!card) return
  write(card, 'waiting', label)
  tally()
}

export function reopen(entry: Entry): void {
  const card = find(entry)
  if (card) write(card, 'open')
  tally()
}

export function show(entry: Entry): void {
  const card = find(entry)
  if (!card) return
  const replacement = entry.state === 'sent' && entry.answer?.card
  if (replacement) card.replaceWith(fragment(replacement))
  else write(card, entry.state, entry.label, entry.problem ? entry.problem.detail || entry.problem.title : '')
  tally()
}

/** `data-tally="12"` shows the server's number plus the cards answered since on this page. */
export function tally(): void {
  const answered = document.querySelectorAll('[data-outbox="waiting"],[data-outbox="sending"],[data-outbox="sent"]').length
  for (const place of document.querySelectorAll<HTMLElement>('[data-tally]'))
    place.textContent = String(Number(place.dataset['tally']) + answered)
}

/** Brings the next open card under the thumb. */
export function advance(selector: string): void {
  const card = selector ? document.querySelector(selector) : null
  const cards = [...document.querySelectorAll<HTMLElement>('.fx-task')]
  const rest = cards.slice(card ? cards.indexOf(card as HTMLElement) + 1 : 0)
  const next = rest.find((one) => !one.dataset['outbox'] || one.dataset['outbox'] === 'open')
  if (!next) return
  next.focus({ preventScroll: true })
  next.scrollIntoView({ block: 'nearest' })
}
