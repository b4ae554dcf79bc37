import { type Clock, full, type Reading, read } from './time'
import { pageLang } from './words'

function clock(): Clock {
  return { now: new Date(), lang: pageLang(), zone: document.documentElement.dataset['zone'] || undefined }
}

function render(element: HTMLTimeElement, at: Date, now: Clock): void {
  const reading = (element.dataset['time'] ?? 'at') as Reading
  const text = read(at, reading, now)
  if (element.textContent !== text) element.textContent = text
  element.title = full(at, now)
  if (reading === 'due') element.classList.toggle('fx-is-late', at < now.now)
}

/** Every `<time data-time datetime>` of the page, read from now. */
export function renderTimes(root: ParentNode = document): void {
  const now = clock()
  for (const element of root.querySelectorAll<HTMLTimeElement>('time[data-time]')) {
    const at = new Date(element.dateTime)
    if (!Number.isNaN(at.getTime())) render(element, at, now)
  }
}

export function watchTimes(): void {
  renderTimes()
  setInterval(renderTimes, 60_000)
  for (const event of ['htmx:afterSettle', 'fx:times', 'visibilitychange']) document.addEventListener(event, () => renderTimes())
}
