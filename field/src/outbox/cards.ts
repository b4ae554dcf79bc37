import { fragment } from '../dom'
import { icon, type IconName } from '../icons'
import { say } from '../words'
import type { Entry } from './types'

type Shown = Entry['state'] | 'open'

const SIGNS: Record<Entry['state'], IconName> = { waiting: 'waiting', sending: 'sending', sent: 'done', refused: 'refused' }

/** One card, or the several of a household that are answered at once. */
function find(selector: string): HTMLElement[] {
  return selector ? [...document.querySelectorAll<HTMLElement>(selector)] : []
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
  for (const card of find(selector)) write(card, 'waiting', label)
  tally()
}

export function reopen(entry: Entry): void {
  for (const card of find(entry.card)) write(card, 'open')
  tally()
}

export function show(entry: Entry): void {
  const cards = find(entry.card)
  const replacement = entry.state === 'sent' && entry.answer?.card
  if (replacement && cards[0]) {
    cards[0].replaceWith(fragment(replacement))
    for (const card of cards.slice(1)) card.remove()
  } else for (const card of cards) write(card, entry.state, entry.label, entry.problem ? entry.problem.detail || entry.problem.title : '')
  tally()
}

/** `data-tally="12"` shows the server's number plus the cards answered since on this page. */
export function tally(): void {
  const answered = document.querySelectorAll('.fx-task:is([data-outbox="waiting"], [data-outbox="sending"], [data-outbox="sent"])').length
  for (const place of document.querySelectorAll<HTMLElement>('[data-tally]')) {
    const now = Number(place.dataset['tally']) + answered
    if (place instanceof HTMLProgressElement) place.value = now
    else place.textContent = String(now)
  }
}

/** Brings the next open card under the thumb. */
export function advance(selector: string): void {
  const last = find(selector).at(-1)
  const cards = find('.fx-task')
  const rest = cards.slice(last ? cards.indexOf(last) + 1 : 0)
  const next = rest.find((one) => !one.dataset['outbox'] || one.dataset['outbox'] === 'open')
  if (!next) return
  next.focus({ preventScroll: true })
  next.scrollIntoView({ block: 'nearest' })
}
