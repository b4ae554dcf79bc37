import { ask } from '../confirm'
import { button, el } from '../dom'
import { icon } from '../icons'
import { say } from '../words'
import type { News, Outbox } from './outbox'
import { count, type Counts, draftUrl } from './rules'
import type { Entry } from './types'

function summary(counts: Counts, signedOut: boolean): string {
  const parts = [
    counts.refused && say('n refused', { n: counts.refused }),
    counts.waiting && say('n waiting', { n: counts.waiting }),
    counts.sent && say('n sent today', { n: counts.sent }),
  ].filter((part) => part !== 0)
  if (signedOut && counts.waiting) parts.unshift(say('sign in to send'))
  return parts.join(' · ') || say('all sent')
}

function mood(counts: Counts, signedOut: boolean): string {
  if (counts.refused || (signedOut && counts.waiting)) return 'refused'
  return counts.waiting ? 'waiting' : 'sent'
}

function time(at: number): HTMLTimeElement {
  return el('time', { datetime: new Date(at).toISOString(), 'data-time': 'at' })
}

function acts(entry: Entry, outbox: Outbox): HTMLElement[] {
  const small = 'btn btn-sm'
  const drop = async (): Promise<void> => {
    if (await ask(say('discard?', { label: entry.label }), say('discard'))) await outbox.discard(entry.id)
  }
  if (entry.state === 'refused')
    return [
      ...(entry.editUrl ? [el('a', { class: `${small} btn-primary`, href: draftUrl(entry) }, say('edit again'))] : []),
      button(say('send again'), small, () => void outbox.retry(entry.id)),
      button(say('discard'), small, () => void drop()),
    ]
  const undoable = entry.state === 'waiting' || (entry.state === 'sent' && entry.answer?.undo_url)
  return undoable ? [button(say('undo'), small, () => document.dispatchEvent(new CustomEvent('fx:undo', { detail: entry })))] : []
}

function reason(entry: Entry): string {
  const { problem } = entry
  if (problem) return problem.detail || problem.title || say('refused plainly', { status: problem.status })
  return ''
}

function row(entry: Entry, outbox: Outbox): HTMLElement {
  const signs = { waiting: 'waiting', sending: 'sending', sent: 'done', refused: 'refused' } as const
  const item = el('li', { class: 'fx-outbox-row', 'data-state': entry.state })
  const line = el('div', { class: 'fx-outbox-line' }, icon(signs[entry.state]))
  line.append(el('span', { class: 'fx-outbox-label' }, entry.label), el('span', { class: 'fx-outbox-state' }, say(`state ${entry.state}`)), time(entry.created))
  item.append(line)
  const why = reason(entry)
  if (why) item.append(el('p', { class: 'fx-outbox-why' }, why))
  const buttons = acts(entry, outbox)
  if (buttons.length) item.append(el('div', { class: 'fx-outbox-acts' }, ...buttons))
  return item
}

function list(news: News, outbox: Outbox, owner: string): Node[] {
  const rank = { refused: 0, sending: 1, waiting: 1, sent: 2 } as const
  const own = news.entries.filter((entry) => entry.owner === owner)
  own.sort((a, b) => rank[a.state] - rank[b.state] || b.created - a.created)
  const { others } = count(news.entries, owner)
  const notes = [
    ...(own.length ? [] : [el('p', { class: 'fx-outbox-empty' }, say('outbox empty'))]),
    ...(others ? [el('p', { class: 'fx-outbox-empty' }, say('another user', { n: others }))] : []),
  ]
  return [el('ul', { class: 'fx-outbox-list' }, ...own.slice(0, 100).map((entry) => row(entry, outbox))), ...notes]
}

/** Keeps `<details data-outbox-view>` in step: its summary the counts, its body the list. */
export function watchOutbox(view: HTMLElement, outbox: Outbox, owner: string): void {
  const label = view.querySelector('[data-outbox-summary]')
  const body = view.querySelector('[data-outbox-list]')
  outbox.subscribe((news) => {
    const counts = count(news.entries, owner)
    view.dataset['state'] = mood(counts, news.signedOut)
    view.hidden = !counts.waiting && !counts.sent && !counts.refused && !counts.others
    label?.replaceChildren(summary(counts, news.signedOut))
    body?.replaceChildren(...list(news, outbox, owner))
    document.dispatchEvent(new Event('fx:times'))
  })
}
