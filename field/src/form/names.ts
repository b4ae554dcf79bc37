const QUESTION = '.question-container'
const CHOICES = 'input[type=checkbox], input[type=radio]'

let made = 0

function idOf(element: HTMLElement): string {
  element.id ||= `fx-question-${++made}`
  return element.id
}

/** The labels of a number field and of a list point at the box around them; the choices of a question stand under no common name. */
export function nameQuestion(question: HTMLElement): void {
  const label = question.querySelector<HTMLLabelElement>('.control-text label')
  if (!label) return
  const number = question.querySelector<HTMLInputElement>('input[role=spinbutton]')
  if (number) label.htmlFor = idOf(number)
  for (const box of question.querySelectorAll('[role=combobox]')) box.setAttribute('aria-labelledby', idOf(label))
  if (!question.querySelector(CHOICES)) return
  question.setAttribute('role', 'group')
  question.setAttribute('aria-labelledby', idOf(label))
}

/** The library leaves questions without a name for a screen reader; they get it as they appear. */
export function watchNames(place: HTMLElement): void {
  new MutationObserver((changes) => {
    const touched = changes.map(({ target }) => (target instanceof Element ? target : target.parentElement))
    const whole = touched.some((one) => one?.querySelector(QUESTION))
    const questions = whole ? [...place.querySelectorAll<HTMLElement>(QUESTION)] : touched.map((one) => one?.closest<HTMLElement>(QUESTION))
    for (const one of new Set(questions)) if (one) nameQuestion(one)
  }).observe(place, { childList: true, subtree: true })
}
