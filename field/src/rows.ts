/**
 * A long list of cards: only what is looked for stays in sight, and keys lead from row to row.
 *
 * `data-narrow=".list"` on a search field, `data-narrow-count="#id"` for how many are shown; `data-rows` on the list.
 */
import { isTyping } from './keyboard'
import { say } from './words'

const CARD = '.fx-task[id]'
const words = (card: Element): string =>
  [card.querySelector('.fx-task-top')?.textContent, card.querySelector('.fx-task-what strong')?.textContent, card.querySelector('.fx-call')?.getAttribute('href')]
    .join(' ')
    .toLowerCase()

function narrow(field: HTMLInputElement): void {
  const list = document.querySelector(field.dataset['narrow'] ?? '')
  if (!list) return
  const wanted = field.value.toLowerCase().split(/\s+/).filter(Boolean)
  // What is further down a long day has to be there to be found.
  if (wanted.length) list.querySelector('a[rel=next]')?.dispatchEvent(new CustomEvent('revealed'))
  const cards = [...list.querySelectorAll<HTMLElement>(CARD)]
  for (const card of cards) {
    const text = words(card)
    card.hidden = !wanted.every((word) => text.includes(word))
  }
  // One submit for a household must not reach somebody who is out of sight.
  for (const household of list.querySelectorAll<HTMLElement>('li.fx-household')) household.hidden = wanted.length > 0
  for (const group of list.querySelectorAll<HTMLElement>('.fx-tasks')) {
    const empty = !group.querySelector(`${CARD}:not([hidden])`)
    group.hidden = empty
    if (group.previousElementSibling?.matches('h2')) group.previousElementSibling.toggleAttribute('hidden', empty)
  }
  for (const fold of list.querySelectorAll('details.fx-fold')) if (wanted.length) fold.setAttribute('open', '')
  const said = document.querySelector(field.dataset['narrowCount'] ?? '')
  const shown = cards.filter((card) => !card.hidden).length
  if (said) said.textContent = wanted.length ? say('n of n', { n: shown, m: cards.length }) : ''
}

function step(by: number): void {
  const rows = [...document.querySelectorAll<HTMLElement>(`[data-rows] ${CARD}`)].filter((row) => row.offsetParent !== null)
  const at = rows.findIndex((row) => row.contains(document.activeElement))
  const next = rows[at < 0 ? (by > 0 ? 0 : rows.length - 1) : at + by]
  next?.focus()
  next?.scrollIntoView({ block: 'nearest' })
}

function press(event: KeyboardEvent): void {
  if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return
  const row = document.activeElement?.matches(`[data-rows] ${CARD}`) ? document.activeElement : null
  if (event.key === 'j' || (row && event.key === 'ArrowDown')) step(1)
  else if (event.key === 'k' || (row && event.key === 'ArrowUp')) step(-1)
  else if (row && event.key === 'Enter') (row.querySelector<HTMLElement>('.fx-answers > a') ?? row.querySelector<HTMLElement>('h3 a'))?.click()
  else return
  event.preventDefault()
}

export function watchRows(): void {
  if (!document.querySelector('[data-rows]')) return
  document.addEventListener('keydown', press)
  for (const field of document.querySelectorAll<HTMLInputElement>('[data-narrow]')) {
    field.hidden = false
    field.addEventListener('input', () => narrow(field))
    field.addEventListener('keydown', (event) => event.key === 'Enter' && event.preventDefault())
    document.addEventListener('htmx:afterSettle', () => field.value && narrow(field))
  }
}
