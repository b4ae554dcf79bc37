import { expect, it } from 'vitest'
import { watchRows } from '../src/rows'

const card = (name: string, rest = ''): string => `<li class="fx-task" id="${name}"><div class="fx-task-top">${name}</div>${rest}</li>`

it('shows what has the words that are looked for, and takes what a card lacks for no word', () => {
  const parts = '<p class="fx-task-what"><strong>Register</strong></p><a class="fx-call" href="tel:138">call</a>'
  document.body.innerHTML = `<input data-narrow=".list" data-narrow-count="#found" hidden><div class="list" data-rows><ul class="fx-tasks">${card('Wang', parts)}${card('Li')}</ul></div>`
  watchRows()
  const field = document.querySelector('input')!
  const shown = (text: string): string[] => {
    field.value = text
    field.dispatchEvent(new Event('input'))
    return [...document.querySelectorAll<HTMLElement>('li:not([hidden])')].map(({ id }) => id)
  }
  expect(shown('regis wang')).toEqual(['Wang'])
  expect(shown('138')).toEqual(['Wang'])
  expect(shown('li')).toEqual(['Li'])
  expect(shown('undefined')).toEqual([])
  expect(shown('')).toEqual(['Wang', 'Li'])
})
