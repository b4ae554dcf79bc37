import { chime, watchMute } from './sound'
import { toast } from './toast'
import { say } from './words'

/** What the address answers; `newest` grows with every alert that wants an acknowledgement. */
export interface AlertNews {
  readonly unacknowledged: number
  readonly newest: string
  readonly text?: string
  readonly url?: string
}

export interface Heard {
  readonly etag: string
  readonly news: AlertNews | undefined
}

/** Whether there is something new to say: more or other alerts than before, and not the first look at the page. */
export function isNew(before: AlertNews | undefined, after: AlertNews): boolean {
  return before !== undefined && after.unacknowledged > 0 && after.newest > before.newest
}

function showBadges(count: number): void {
  for (const badge of document.querySelectorAll<HTMLElement>('[data-alert-badge]')) {
    badge.textContent = String(count)
    badge.hidden = count === 0
  }
}

const title = document.title

function announce(before: AlertNews | undefined, after: AlertNews): void {
  showBadges(after.unacknowledged)
  document.title = after.unacknowledged ? `(${after.unacknowledged}) ${title}` : title
  if (!isNew(before, after)) return
  chime()
  const more = after.unacknowledged - (before?.unacknowledged ?? 0)
  const text = after.text ?? (more > 1 ? say('n new alerts', { n: more }) : say('one new alert'))
  const { url } = after
  toast({ text, icon: 'urgent', stays: true, ...(url ? { act: { label: say('open'), run: () => location.assign(url) } } : {}) })
  document.dispatchEvent(new CustomEvent('fx:alerts', { detail: after }))
}

async function listen(url: string, heard: Heard): Promise<Heard> {
  const response = await fetch(url, { headers: { 'If-None-Match': heard.etag, Accept: 'application/json' }, redirect: 'manual', cache: 'no-store' })
  if (!response.ok) return heard // 304: nothing moved. Anything else is said where the user acts, not here.
  const news = (await response.json()) as AlertNews
  announce(heard.news, news)
  return { etag: response.headers.get('ETag') ?? '', news }
}

/** Asks `<html data-alerts>` every five seconds; on the alerts page, `fx:alerts` lets htmx fetch the list anew. */
export function watchAlerts(url = document.documentElement.dataset['alerts'], every = 5_000): void {
  watchMute()
  if (!url) return
  let heard: Heard = { etag: '', news: undefined }
  const turn = async (): Promise<void> => {
    heard = await listen(url, heard).catch(() => heard) // No network: the next turn asks again.
    setTimeout(() => void turn(), every)
  }
  void turn()
}
