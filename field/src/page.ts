import htmx from 'htmx.org'
import { csrfToken } from './csrf'
import { openKept } from './kept'
import { toast } from './toast'
import { say } from './words'

interface Configured extends Event {
  detail: { headers: Record<string, string> }
}

interface Swapping extends Event {
  detail: { xhr: XMLHttpRequest; shouldSwap: boolean; isError: boolean }
}

/** htmx without eval (the content security policy forbids it) and with Django's token on every request. */
export function startHtmx(): void {
  Object.assign(htmx.config, { allowEval: false, includeIndicatorStyles: false, historyCacheSize: 0, timeout: 30_000 })
  document.addEventListener('htmx:configRequest', (event) => {
    ;(event as Configured).detail.headers['X-CSRFToken'] = csrfToken()
  })
  // A refused form comes back as 422 with its sentences in it: that is a page to show, not a failure.
  document.addEventListener('htmx:beforeSwap', (event) => {
    const { detail } = event as Swapping
    if (detail.xhr.status === 422 || detail.xhr.status === 409) Object.assign(detail, { shouldSwap: true, isError: false })
  })
  for (const name of ['htmx:sendError', 'htmx:timeout', 'htmx:responseError'])
    document.addEventListener(name, (event) => (name !== 'htmx:responseError' && openKept(event.target)) || toast({ text: say('page failed'), icon: 'offline' }))
}
