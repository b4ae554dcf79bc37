import { button, el } from '../dom'
import type { Candidate, Change } from '../outbox/types'
import { say } from '../words'

/** What is sent with the form to say who somebody new is: one of those known, or none of them; and what may change. */
export interface Meant {
  readonly sameAs: string
  readonly otherThan: readonly string[]
  readonly changes: readonly string[]
}

export const nobodySaid: Meant = { sameAs: '', otherThan: [], changes: [] }

/** After "none of these" the next answer of the server is about others: what was said before still holds. */
export function otherThan(before: Meant, candidates: readonly Candidate[]): Meant {
  return { ...before, sameAs: '', otherThan: [...new Set([...before.otherThan, ...candidates.map(({ subject }) => subject)])] }
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
      button(say('same person'), 'btn', () => meant({ ...before, sameAs: one.subject, otherThan: [] })),
    ),
  )
  const parts: Node[] = [el('h2', {}, say('one of these?')), el('ul', { class: 'fx-tasks' }, ...people)]
  if (candidates.some(({ certain }) => certain)) parts.push(el('p', { class: 'fx-muted-text' }, say('not twice')))
  else parts.push(button(say('none of these'), 'btn', () => meant(otherThan(before, candidates))))
  return el('section', { class: 'fx-card', tabindex: '-1' }, el('div', { class: 'fx-card-body' }, ...parts))
}

/** What would become another thing, line by line, and one button that says it is meant; else it is put right above. */
export function changesPanel(changes: readonly Change[], before: Meant, meant: (who: Meant) => void): HTMLElement {
  const lines = changes.map(({ said }) => el('li', {}, said))
  const confirmed = [...new Set([...before.changes, ...changes.map(({ question }) => question)])]
  const confirm = button(say('change it'), 'btn', () => meant({ ...before, changes: confirmed }))
  const body = [el('h2', {}, say('changes this?')), el('ul', {}, ...lines), el('p', { class: 'fx-muted-text' }, say('or put right')), confirm]
  return el('section', { class: 'fx-card', tabindex: '-1' }, el('div', { class: 'fx-card-body' }, ...body))
}
