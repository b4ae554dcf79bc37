/**
 * What is measured and typed on a card: whole numbers, then tenths. Nothing is chosen before somebody does, and from
 * `data-below` on the answers in one tap give way to the form, which takes the reading over.
 */
interface Reading {
  readonly question: string
  readonly text: string
  readonly over: boolean
}

const NONE: Reading = { question: '', text: '', over: false }

/** By task: what was typed on the card whose form opens now. */
const carried = new Map<string, Reading>()

/** The reading of a form's pad or field; nothing while it is not whole. */
export function readingOf(form: Element): Reading {
  const place = form.querySelector<HTMLElement>('[data-reading]')
  if (!place) return NONE
  const field = place.querySelector<HTMLInputElement>('input[name=reading]:not([type=radio])')
  const chosen = (name: string): string => place.querySelector<HTMLInputElement>(`input[name=${name}]:checked`)?.value ?? ''
  const [whole, tenths] = [chosen('reading'), chosen('tenths')]
  const text = field ? field.value.trim() : whole && tenths && `${whole}.${tenths}`
  const below = Number(place.dataset['below'] || Infinity)
  return { question: place.dataset['question'] ?? '', text, over: text !== '' && Number(text.replace(',', '.')) >= below }
}

/** What a task's card had typed when its form was opened; asked once. */
export function carriedReading(task: string): Reading {
  const reading = carried.get(task) ?? NONE
  carried.delete(task)
  return reading
}

function follow({ target }: Event): void {
  const form = target instanceof Element && target.closest('[data-reading]') ? target.closest('form') : null
  if (!form) return
  const { over } = readingOf(form)
  form.toggleAttribute('data-over', over)
  for (const one of form.querySelectorAll<HTMLButtonElement>('[data-with-reading]')) one.disabled = over
  form.querySelector('[data-reading-over]')?.toggleAttribute('hidden', !over)
  const link = form.querySelector<HTMLElement>('[data-kept-form]')
  link?.classList.toggle('btn-primary', over)
  if (link) rename(link, over)
}

/** The way to the form is called what the sentence above it asks for. */
function rename(link: HTMLElement, over: boolean): void {
  const usual = (link.dataset['usual'] ??= link.textContent ?? '')
  link.textContent = (over && link.dataset['overLabel']) || usual
}

function carry({ target }: Event): void {
  const link = target instanceof Element ? target.closest<HTMLElement>('[data-kept-form]') : null
  const form = link?.closest('form')
  const task = form?.querySelector<HTMLInputElement>('input[name=task]')?.value
  if (task && form) carried.set(task, readingOf(form))
}

export function watchReadings(): void {
  document.addEventListener('input', follow)
  document.addEventListener('click', carry, true)
}
