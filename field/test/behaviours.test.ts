import { expect, it } from 'vitest'
import { watchBehaviours } from '../src/behaviours'

function laidOut(element: Element | null, sizes: Record<string, number>): void {
  for (const [name, value] of Object.entries(sizes)) Object.defineProperty(element, name, { value })
}

it('begins tabs that do not all fit with the chosen one in sight', () => {
  document.body.innerHTML = '<nav class="fx-tablist"><a href="#a">a</a><a href="#b" aria-current="page">b</a></nav>'
  laidOut(document.querySelector('nav'), { offsetLeft: 16, clientWidth: 358 })
  laidOut(document.querySelector('[aria-current]'), { offsetLeft: 616, offsetWidth: 158 })
  watchBehaviours()
  expect(document.querySelector('nav')?.scrollLeft).toBe(500)
})

it('chooses every line of a table, or none, by the box in its head', () => {
  document.body.innerHTML = '<table><thead><tr><th><input type="checkbox" data-choose-all></th></tr></thead><tbody><tr><td><input type="checkbox" name="task"></td></tr><tr><td><input type="checkbox" name="task"></td></tr></tbody></table>'
  watchBehaviours()
  const all = document.querySelector<HTMLInputElement>('[data-choose-all]')
  const chosen = (): number => document.querySelectorAll('tbody :checked').length
  all?.click()
  expect(chosen()).toBe(2)
  all?.click()
  expect(chosen()).toBe(0)
})

const ZONE = '<label class="fx-drop"><span data-choose data-again="Choose another file">Choose a file</span><strong data-file-name></strong><input type="file"></label>'

function chosen(...files: File[]): HTMLInputElement {
  document.body.innerHTML = ZONE
  watchBehaviours()
  const input = document.querySelector<HTMLInputElement>('input')
  if (!input) throw new Error('no field')
  Object.defineProperty(input, 'files', { value: files, configurable: true, writable: true })
  input.dispatchEvent(new Event('change', { bubbles: true }))
  return input
}

it('says which file was chosen and how large it is, and that another may be', () => {
  const text = (part: string): string | null | undefined => document.querySelector(part)?.textContent
  const input = chosen(new File(['x'.repeat(2300)], '名单.xlsx'))
  expect(text('[data-file-name]')).toBe('名单.xlsx · 2 KB')
  expect(text('[data-choose]')).toBe('Choose another file')
  Object.defineProperty(input, 'files', { value: [] })
  input.dispatchEvent(new Event('change', { bubbles: true }))
  expect([text('[data-file-name]'), text('[data-choose]')]).toEqual(['', 'Choose a file'])
})
