import htmx from 'htmx.org'
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

function write(card: HTMLElement, shown: Shown, label = '', detail = '', staysOpen = false): void {
  card.dataset['outbox'] = shown
  card.toggleAttribute('data-stays-open', staysOpen)
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
export function markAnswered(selector: string, label: string, staysOpen = false): void {
  for (const card of find(selector)) write(card, 'waiting', label, '', staysOpen)
  tally()
}

/** Once it is undone; `fresh` is how the server shows the cards now, where it had the answer. */
export function reopen(entry: Entry, fresh = ''): void {
  if (fresh) replace(entry.card, fresh)
  for (const card of find(entry.card)) write(card, 'open')
  tally()
}

/** The cards answered together, by those that take their place. */
function replace(selector: string, html: string): boolean {
  const [first, ...rest] = find(selector)
  first?.replaceWith(fragment(html))
  for (const card of rest) card.remove()
  for (const card of find(selector)) htmx.process(card)
  document.dispatchEvent(new Event('fx:times'))
  return first !== undefined
}

export function show(entry: Entry): void {
  const replacement = entry.state === 'sent' && entry.answer?.card
  if (!replacement || !replace(entry.card, replacement))
    for (const card of find(entry.card)) write(card, entry.state, entry.label, entry.problem ? entry.problem.detail || entry.problem.title : '', entry.staysOpen)
  tally()
}

/** Cards that were late when they came, by id: one that takes another's place no longer says so. */
const late = new Set<string>()

/** Of a household nobody can be answered for together any more once one of them has been. */
function offerHouseholds(): void {
  for (const form of document.querySelectorAll<HTMLFormElement>('form.fx-household')) {
    const asked = [...form.querySelectorAll<HTMLInputElement>('input[name=task]')].map((task) => document.getElementById(`task-${task.value}`))
    form.closest('li')?.toggleAttribute('data-answered', asked.some((card) => card !== null && isAnswered(card)))
  }
}

/** What takes the place of an answered card has nothing to answer by. */
function isAnswered(card: HTMLElement): boolean {
  return ['waiting', 'sending', 'sent'].includes(card.dataset['outbox'] ?? '') || !card.querySelector('[data-card-actions]')
}

/** `data-tally="12"` shows the server's number plus the cards answered since on this page whose task is done by it and is of no drill, `data-late="3"` that less the late ones among them. */
export function tally(): void {
  for (const card of document.querySelectorAll('.fx-task[data-state="late"]')) late.add(card.id)
  const answered = [...document.querySelectorAll('.fx-task:is([data-outbox="waiting"], [data-outbox="sending"], [data-outbox="sent"]):not([data-stays-open], [data-drill])')]
  for (const place of document.querySelectorAll<HTMLElement>('[data-tally]')) {
    const now = Number(place.dataset['tally']) + answered.length
    if (place instanceof HTMLProgressElement) place.value = now
    else place.textContent = String(now)
  }
  const left = answered.filter((card) => late.has(card.id)).length
  for (const place of document.querySelectorAll<HTMLElement>('[data-late]')) {
    const now = Math.max(0, Number(place.dataset['late']) - left)
    place.textContent = String(now)
    place.closest<HTMLElement>('[data-late-part]')?.toggleAttribute('hidden', now === 0)
  }
  offerHouseholds()
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
