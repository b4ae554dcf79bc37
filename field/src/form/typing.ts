const FIELD = '.p-inputnumber-input'

/** Digits and signs as a Chinese keyboard may write them. */
export function plainNumber(text: string): string {
  const narrow = text.replace(/[０-９]/g, (digit) => String.fromCharCode(digit.charCodeAt(0) - 0xfee0))
  const ungrouped = /^-?\d{1,3}(,\d{3})+(\.|$)/.test(narrow) ? narrow.replaceAll(',', '') : narrow
  return ungrouped.replace(/[。．，,]/g, '.').replace(/[－—]/g, '-').replace(/[^0-9.-]/g, '')
}

function press(field: HTMLInputElement, type: 'keydown' | 'keypress', key: string): void {
  field.dispatchEvent(new KeyboardEvent(type, { key, bubbles: true, cancelable: true }))
}

function type(field: HTMLInputElement, text: string): void {
  for (const character of plainNumber(text)) press(field, 'keypress', character)
}

/** The whole of the field again: what put it there told nothing of how. */
function retype(field: HTMLInputElement): void {
  const text = field.value
  field.setSelectionRange(0, text.length)
  if (plainNumber(text) === '') press(field, 'keydown', 'Backspace')
  else type(field, text)
}

/** Text or a deletion that comes without a key, before it happens. True when it was done here in its place. */
function before(field: HTMLInputElement, { inputType, data }: InputEvent): boolean {
  if (inputType === 'insertText') type(field, data ?? '')
  else if (inputType === 'deleteContentBackward') press(field, 'keydown', 'Backspace')
  else return false
  return true
}

function numberField({ target }: Event): HTMLInputElement | undefined {
  return target instanceof HTMLInputElement && target.matches(FIELD) ? target : undefined
}

/**
 * The library's number field listens to key presses only and throws away what comes without them: text of an input method
 * (most Android keyboards in China), dictation, autofill. Such text is typed into it again, key by key. It also asks for a
 * keypad without a decimal point on iPhones.
 */
export function mendNumberFields(place: HTMLElement): void {
  let composed = { value: '', at: 0 }
  const on = <K extends keyof HTMLElementEventMap>(name: K, act: (field: HTMLInputElement, event: HTMLElementEventMap[K]) => void): void =>
    place.addEventListener(name, (event) => (numberField(event) ? act(numberField(event)!, event) : undefined), true)

  for (const name of ['pointerdown', 'focusin'] as const) on(name, (field) => field.setAttribute('inputmode', 'decimal'))
  on('beforeinput', (field, event) => {
    if (event.cancelable && before(field, event)) event.preventDefault()
  })
  on('compositionstart', (field) => (composed = { value: field.value, at: field.selectionStart ?? field.value.length }))
  on('compositionend', (field, { data }) => {
    field.value = composed.value
    field.setSelectionRange(composed.at, composed.at)
    type(field, data)
  })
  // What was typed key by key never gets here: the field prevents its input events.
  on('input', (field, event) => {
    event.stopImmediatePropagation()
    if (!(event instanceof InputEvent && (event.isComposing || event.inputType === 'insertCompositionText'))) retype(field)
  })
}
