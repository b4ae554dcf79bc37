import { button, el } from './dom'
import { say } from './words'

/**
 * Forms without a signal. The device keeps the blank forms of the day's open tasks, which say nothing about anybody, and
 * the files they need; who it is about stands on the card, in the page the device keeps anyway.
 */
const LINK = 'a[data-kept-xml]'

function place(link: HTMLElement, card: HTMLElement): HTMLElement {
  const { keptForm = '', keptVersion = '', keptXml = '' } = link.dataset
  const address = link.getAttribute('hx-get') ?? ''
  const { pathname, searchParams, search } = new URL(address, location.href)
  const label = card.querySelector<HTMLFormElement>('[data-card-actions]')?.dataset['label'] ?? document.title
  return el('div', {
    ...{ 'data-form': keptForm, 'data-version': keptVersion, 'data-form-url': keptXml, 'data-submit-url': `${pathname}send/${search}` },
    ...{ 'data-task': searchParams.get('task') ?? '', 'data-subject': searchParams.get('subject') ?? '' },
    ...{ 'data-label': label, 'data-edit': address, 'data-card': `#${card.id}` },
  })
}

function close(card: HTMLElement): void {
  card.querySelector('[data-kept-place]')?.remove()
  for (const part of card.querySelectorAll<HTMLElement>('[data-card-actions]')) part.hidden = false
  card.focus()
}

/** Opens the kept form in the place of the card's buttons; false where nothing is kept for the element. */
export function openKept(asked: EventTarget | null): boolean {
  const link = asked instanceof HTMLElement && asked.matches(LINK) ? asked : null
  const card = link?.closest<HTMLElement>('.fx-task')
  if (!link || !card || card.querySelector('[data-kept-place]')) return false
  for (const part of card.querySelectorAll<HTMLElement>('[data-card-actions]')) part.hidden = true
  const shut = button(say('close'), 'btn', () => close(card))
  card.append(el('div', { 'data-kept-place': '' }, place(link, card), shut))
  card.dispatchEvent(new CustomEvent('htmx:afterSettle', { bubbles: true })) // what comes later is mounted on this
  return true
}

async function fetchForms(): Promise<void> {
  await navigator.serviceWorker.ready
  const forms = [...document.querySelectorAll<HTMLElement>(LINK)].map((link) => link.dataset['keptXml'] ?? '')
  const files = [...document.querySelectorAll<HTMLScriptElement>('script[src]')].map(({ src }) => src)
  const styles = [...document.querySelectorAll<HTMLLinkElement>('link[rel=stylesheet], link[rel=modulepreload]')].map(({ href }) => href)
  // One after the other, behind what the user does; the worker keeps what passes it.
  for (const url of new Set([...forms, ...files, ...styles])) await fetch(url)
}

export function watchKept(): void {
  document.addEventListener('fx:form-done', (event) => {
    const card = event.target instanceof Element ? event.target.closest<HTMLElement>('.fx-task') : null
    if (card) close(card)
  })
  if (!document.querySelector(LINK) || !('serviceWorker' in navigator) || !navigator.onLine) return
  const quietly = (): void => void fetchForms().catch(() => undefined) // without a signal: the next visit tries again
  if (navigator.serviceWorker.controller) quietly()
  else navigator.serviceWorker.addEventListener('controllerchange', quietly, { once: true })
}
