import { button, el } from '../dom'
import type { Candidate } from '../outbox/types'
import { say } from '../words'

/** What is sent with the form to say who somebody new is: one of those known, or none of them. */
export interface Meant {
  readonly sameAs: string
  readonly otherThan: readonly string[]
}

export const nobodySaid: Meant = { sameAs: '', otherThan: [] }

/** After "none of these" the next answer of the server is about others: what was said before still holds. */
export function otherThan(before: Meant, candidates: readonly Candidate[]): Meant {
  return { sameAs: '', otherThan: [...new Set([...before.otherThan, ...candidates.map(({ subject }) => subject)])] }
}

/** Those who may be the one, each with a button, and one that says it is none of them, where that may be said. */
export function knownPanel(candidates: readonly Candidate[], before: Meant, meant: (who: Meant) => void): HTMLElement {
  const people = candidates.map((one) =>
    el(
      'li',
      { class: 'fx-task' },
      el('h3', {}, one.name),
      el('p', {}, one.about),
      el('p', { class: 'fx-muted-text' }, one.why),
      button(say('same person'), 'btn', () => meant({ sameAs: one.subject, otherThan: [] })),
    ),
  )
  const parts: Node[] = [el('h2', {}, say('one of these?')), el('ul', { class: 'fx-tasks' }, ...people)]
  if (candidates.some(({ certain }) => certain)) parts.push(el('p', { class: 'fx-muted-text' }, say('not twice')))
  else parts.push(button(say('none of these'), 'btn', () => meant(otherThan(before, candidates))))
  return el('section', { class: 'fx-card', tabindex: '-1' }, el('div', { class: 'fx-card-body' }, ...parts))
}
