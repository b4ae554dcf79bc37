import { ask } from './confirm'
import { each, remember } from './dom'
import { now, nowText } from './now'
import { advance, markAnswered, reopen, show, tally } from './outbox/cards'
import { alone, exclusive, later, type News, Outbox, post } from './outbox/outbox'
import { memoryStore, openStore, type Store } from './outbox/store'
import { draftUrl } from './outbox/rules'
import type { Entry, Field } from './outbox/types'
import { watchOutbox } from './outbox/view'
import { readingOf } from './reading'
import { toast } from './toast'
import { uuid7 } from './uuid7'
import { say } from './words'

export const owner = document.documentElement.dataset['owner'] ?? ''

async function store(): Promise<Store> {
  try {
    return await openStore()
  } catch {
    // The browser refuses IndexedDB; the user is told, since closing the page would now lose answers.
    toast({ text: say('cannot store'), icon: 'offline', stays: true })
    return memoryStore()
  }
}

const world = { owner, now, chance: () => Math.random(), post, alone, exclusive, later }

export const outbox: Promise<Outbox> = store().then((kept) => new Outbox({ ...world, store: kept }))

export async function undo(entry: Entry): Promise<void> {
  const undone = await (await outbox).undo(entry)
  if (!undone) return void toast({ text: say('cannot undo'), icon: 'refused' })
  reopen(entry, undone.card)
  toast({ text: say('undone', { label: entry.label }), icon: 'undo' })
}

/** What became of it; beside cards, of which several may be answered in a row, with whom it is about in front. */
function told(entry: Entry): string {
  const message = entry.answer?.message
  if (!message) return say('saved', { label: entry.label })
  return entry.card ? `${entry.label.split(' · ', 1)[0]} · ${message}` : message
}

/** Whether the form on this page puts the server's question under its answers: said once more it would lie over them. */
function asksItself(entry: Entry): boolean {
  const form = document.querySelector<HTMLElement>('[data-form]')
  const here = form?.dataset['edit'] ?? location.pathname + location.search
  return form !== null && entry.editUrl === here && Boolean(entry.problem?.candidates ?? entry.problem?.changes)
}

function announce(entry: Entry): void {
  const act = { label: say('undo'), run: () => void undo(entry) }
  if (entry.state === 'refused' && !asksItself(entry)) {
    const detail = entry.problem?.detail || entry.problem?.title || say('refused plainly', { status: entry.problem?.status ?? 0 })
    const text = say('was refused', { label: entry.label, detail })
    const here = document.querySelector(`[data-form][data-sends='${entry.id}']`)
    if (here && (entry.problem?.candidates ?? entry.problem?.changes)) return // the page of the form asks by itself
    const again = here ? '' : draftUrl(entry)
    const run = (): void => location.assign(again)
    toast({ text, icon: 'refused', stays: true, ...(again && { act: { label: say('edit again'), run } }) })
  } else if (entry.state === 'sent') {
    const text = told(entry)
    toast(entry.answer?.undo_url ? { text, icon: 'done', act } : { text, icon: 'done' })
  } else if (entry.state === 'waiting' && entry.attempts === 1) toast({ text: say('kept offline', { label: entry.label }), icon: 'offline', act })
}

const TELL_NEXT = 'fx:tell-next'
const MADE_BEFORE = 'fx:made-before'

/**
 * A page that goes on once something is sent takes what the server said of it away with it: the next one says it. One that
 * goes on before the server has spoken leads to a page that is made without it: that one is made again once it is there.
 */
export function tellOnTheNextPage(id: string, { answered = true } = {}): void {
  remember(TELL_NEXT, id)
  remember(MADE_BEFORE, answered ? '' : id)
}

let madeBefore = ''

/** Whether the page is made again, for it shows what was so before this entry; never under somebody who fills a form. */
function makeAgain(entry: Entry): boolean {
  if (entry.id !== madeBefore || entry.state !== 'sent' || document.querySelector('[data-form]')) return false
  madeBefore = ''
  remember(TELL_NEXT, entry.id)
  location.reload()
  return true
}

async function tellOfThePageBefore(box: Outbox): Promise<void> {
  const id = remember(TELL_NEXT)
  if (!id) return
  madeBefore = remember(MADE_BEFORE) ?? ''
  remember(TELL_NEXT, '')
  remember(MADE_BEFORE, '')
  const entry = await box.find(id)
  if (entry?.owner === owner && !makeAgain(entry)) announce(entry)
}

let askedToSignIn = false

function follow(news: News): void {
  if (news.signedOut && !askedToSignIn) {
    const to = document.documentElement.dataset['signIn'] ?? '/'
    const run = (): void => location.assign(`${to}?next=${encodeURIComponent(location.pathname + location.search)}`)
    toast({ text: say('signed out'), icon: 'lock', stays: true, act: { label: say('sign in'), run } })
  }
  askedToSignIn = news.signedOut
  if (!news.changed || news.changed.owner !== owner || makeAgain(news.changed)) return
  show(news.changed)
  announce(news.changed)
}

function fields(form: HTMLFormElement, submitter: HTMLElement | null, id: string): Field[] {
  const data = new FormData(form, submitter)
  data.delete('csrfmiddlewaretoken')
  data.set('client_id', id)
  if (!data.get('happened_at')) data.set('happened_at', nowText())
  return [...data].map(([name, value]) => (typeof value === 'string' ? [name, value] : [name, value, value.name]))
}

const DOUBLE_TAP = 400
const ASIDE = 24
let last: MouseEvent | undefined
let answering: MouseEvent | undefined

/** The next card moves up as one is answered: the second of two quick taps would open or answer somebody else's. */
function secondTap(event: MouseEvent): void {
  const before = answering
  last = event
  if (!before || event.detail === 0 || event.timeStamp - before.timeStamp > DOUBLE_TAP) return
  if (Math.hypot(event.clientX - before.clientX, event.clientY - before.clientY) > ASIDE) return
  event.preventDefault()
  event.stopImmediatePropagation()
}

/** `<form data-outbox>`: the answer is kept and the card changes first; sending follows. */
function submit(event: SubmitEvent): void {
  const form = event.target
  if (!(form instanceof HTMLFormElement) || !form.hasAttribute('data-outbox') || event.defaultPrevented) return
  event.preventDefault()
  const { submitter } = event
  const id = uuid7(now())
  const card = submitter?.dataset['card'] ?? form.dataset['card'] ?? ''
  const said = submitter?.dataset['label'] ?? form.dataset['label'] ?? submitter?.textContent.trim() ?? ''
  const { text } = submitter?.hasAttribute('data-with-reading') ? readingOf(form) : { text: '' }
  const label = text ? `${said} · ${text}` : said
  const staysOpen = submitter?.hasAttribute('data-stays-open') ?? false
  const entry = {
    ...{ id, card, label, staysOpen, url: (submitter as HTMLButtonElement | null)?.getAttribute('formaction') ?? form.action },
    ...{ subject: form.dataset['subject'] ?? '', editUrl: form.dataset['edit'] ?? '', fields: fields(form, submitter, id) },
  }
  answering = last
  markAnswered(card, label, staysOpen)
  advance(card)
  void outbox.then((box) => box.add(entry))
}

function startOfDay(): number {
  return new Date(now()).setHours(0, 0, 0, 0)
}

async function warnBeforeSignOut(event: Event): Promise<void> {
  const form = event.target
  if (!(form instanceof HTMLFormElement) || !form.hasAttribute('data-sign-out')) return
  event.preventDefault()
  const waiting = await (await outbox).unsent()
  if (waiting && !(await ask(say('sign out?', { n: waiting })))) return
  navigator.serviceWorker?.controller?.postMessage('signed-out')
  form.submit()
}

/** Starts the outbox of the page. */
export async function startQueue(): Promise<void> {
  document.addEventListener('click', secondTap, true)
  document.addEventListener('submit', submit)
  document.addEventListener('submit', (event) => void warnBeforeSignOut(event))
  document.addEventListener('fx:undo', (event) => void undo((event as CustomEvent<Entry>).detail))
  tally()
  document.addEventListener('htmx:beforeSwap', tally) // before a form takes the place of a card
  const box = await outbox
  await box.tidy(startOfDay())
  await tellOfThePageBefore(box)
  box.subscribe((news) => news.changed || news.entries.filter((entry) => entry.owner === owner && entry.state !== 'sent').forEach(show))
  box.subscribe(follow)
  document.addEventListener('htmx:afterSettle', () => void box.tell()) // cards that came later: some may be answered
  each('[data-outbox-view]', (view) => watchOutbox(view, box, owner))
  window.addEventListener('online', () => void box.wake())
  document.addEventListener('visibilitychange', () => document.visibilityState === 'visible' && void box.wake())
  await box.run()
}
