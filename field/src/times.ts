import { now } from './now'
import { type Clock, dated, full, type Reading, read } from './time'
import { pageLang } from './words'

function clock(): Clock {
  return { now: new Date(now()), lang: pageLang(), zone: document.documentElement.dataset['zone'] || undefined }
}

function render(element: HTMLTimeElement, at: Date, by: Clock): void {
  const reading = (element.dataset['time'] ?? 'at') as Reading
  const text = read(at, reading, by)
  if (element.textContent !== text) element.textContent = text
  element.title = full(at, by)
  if (reading === 'due') element.classList.toggle('fx-is-late', at < by.now)
}

/** Every `<time data-time datetime>` of the page, read from now; `<time data-clock>` shows now itself. */
export function renderTimes(root: ParentNode = document): void {
  const by = clock()
  for (const element of root.querySelectorAll<HTMLTimeElement>('time[data-clock]')) element.textContent = dated(by.now, by)
  for (const element of root.querySelectorAll<HTMLTimeElement>('time[data-time]')) {
    const at = new Date(element.dateTime)
    if (!Number.isNaN(at.getTime())) render(element, at, by)
  }
}

export function watchTimes(): void {
  renderTimes()
  setInterval(renderTimes, 60_000)
  for (const event of ['htmx:afterSettle', 'fx:times', 'visibilitychange']) document.addEventListener(event, () => renderTimes())
}
