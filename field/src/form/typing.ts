import { el } from '../dom'
import { say, type Word } from '../words'
import { doubtful, narrow, plainNumber } from './numbers'

const FIELD = '.p-inputnumber-input'
const POINTS = /^[.,．，。、٫]$/

/** The point of the browser's own language: the only one the library's field takes. */
const POINT = new Intl.NumberFormat().formatToParts(1.1).find(({ type }) => type === 'decimal')?.value ?? '.'

function press(field: HTMLInputElement, type: 'keydown' | 'keypress', key: string): void {
  field.dispatchEvent(new KeyboardEvent(type, { key: key === '.' ? POINT : key, bubbles: true, cancelable: true }))
}

function wholeOnly(field: HTMLInputElement): boolean {
  return field.closest<HTMLElement>('[data-fraction]')?.dataset['fraction'] === 'false'
}

function noteOf(field: HTMLInputElement): HTMLElement | null {
  return field.closest('.question-container')?.querySelector<HTMLElement>('[data-number-note]') ?? null
}

/** Empties the field and says beneath it why: a number that was read wrongly would look like one that was meant. */
function refuse(field: HTMLInputElement, word: Word, text: string): void {
  field.setSelectionRange(0, field.value.length)
  if (field.value) press(field, 'keydown', 'Backspace')
  delete field.dataset['comma']
  const note = noteOf(field) ?? el('p', { 'data-number-note': '', class: 'fx-number-note', role: 'alert' })
  note.textContent = say(word, { text, whole: narrow(text).replace(',', ''), part: narrow(text).replace(',', '.') })
  field.closest('.question-container')?.append(note)
}

/** One character, as if its key had been pressed. */
function key(field: HTMLInputElement, character: string): void {
  const one = narrow(character)
  if (!POINTS.test(character) && one !== ',') return press(field, 'keypress', one)
  if (wholeOnly(field)) return refuse(field, 'whole only', `${field.value}${one}`)
  if (one === ',') field.dataset['comma'] = ''
  press(field, 'keypress', '.')
}

function type(field: HTMLInputElement, text: string): void {
  noteOf(field)?.remove()
  if (text.length === 1) return key(field, text)
  if (doubtful(text)) return refuse(field, 'doubtful number', text.trim())
  const number = plainNumber(text)
  if (!number) return refuse(field, 'no number', text.trim().slice(0, 20))
  for (const character of number) key(field, character)
}

/** The whole of the field again: what put it there told nothing of how. */
function retype(field: HTMLInputElement): void {
  const text = field.value
  field.setSelectionRange(0, text.length)
  if (narrow(text) === '') press(field, 'keydown', 'Backspace')
  else type(field, text)
}

/** Text or a deletion that comes without a key, before it happens. True when it was done here in its place. */
function before(field: HTMLInputElement, { inputType, data }: InputEvent): boolean {
  if (inputType === 'insertText') type(field, data ?? '')
  else if (inputType === 'deleteContentBackward') press(field, 'keydown', 'Backspace')
  else return false
  return true
}

/** A comma that was typed: three digits after it may have been meant as thousands. */
function leave(field: HTMLInputElement): void {
  const typed = field.value.replace(POINT, ',')
  if (field.dataset['comma'] !== undefined && doubtful(typed)) refuse(field, 'doubtful number', typed)
  delete field.dataset['comma']
}

function numberField({ target }: Event): HTMLInputElement | undefined {
  return target instanceof HTMLInputElement && target.matches(FIELD) ? target : undefined
}

/**
 * The library's number field listens to key presses only and throws away what comes without them: text of an input method
 * (most Android keyboards in China), dictation, autofill; and of the keys it drops the point or comma that is not its
 * language's, so that 36,5 became 365. What is typed or put there is read here, and pressed into it key by key.
 */
export function mendNumberFields(place: HTMLElement): void {
  let composed = { value: '', at: 0 }
  const on = <K extends keyof HTMLElementEventMap>(name: K, act: (field: HTMLInputElement, event: HTMLElementEventMap[K]) => void): void =>
    place.addEventListener(name, (event) => (numberField(event) ? act(numberField(event)!, event) : undefined), true)

  // Without it an iPhone shows a keypad that has no point.
  for (const name of ['pointerdown', 'focusin'] as const) on(name, (field) => field.setAttribute('inputmode', wholeOnly(field) ? 'numeric' : 'decimal'))
  on('keypress', (field, event) => {
    if (!event.isTrusted) return
    noteOf(field)?.remove()
    if (!POINTS.test(event.key)) return
    event.preventDefault()
    event.stopImmediatePropagation()
    key(field, event.key)
  })
  on('paste', (field, event) => {
    event.preventDefault()
    event.stopImmediatePropagation()
    type(field, event.clipboardData?.getData('text') ?? '')
  })
  on('beforeinput', (field, event) => {
    if (event.cancelable && before(field, event)) event.preventDefault()
  })
  on('compositionstart', (field) => (composed = { value: field.value, at: field.selectionStart ?? field.value.length }))
  on('compositionend', (field, { data }) => {
    field.value = composed.value
    field.setSelectionRange(composed.at, composed.at)
    type(field, data)
  })
  on('focusout', (field) => leave(field))
  // What was typed key by key never gets here: the field prevents its input events.
  on('input', (field, event) => {
    event.stopImmediatePropagation()
    if (!(event instanceof InputEvent && (event.isComposing || event.inputType === 'insertCompositionText'))) retype(field)
  })
}
