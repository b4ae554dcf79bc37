import { button, el } from './dom'
import { say } from './words'

/** Asks in a dialog of its own (Escape and the backdrop mean no). */
export function ask(question: string, yes: string = say('ok')): Promise<boolean> {
  return new Promise((resolve) => {
    const dialog = el('dialog', { class: 'fx-dialog' })
    const answer = (value: boolean): void => {
      dialog.close()
      dialog.remove()
      resolve(value)
    }
    const buttons = el('div', { class: 'fx-dialog-buttons' })
    buttons.append(
      button(say('cancel'), 'btn', () => answer(false)),
      button(yes, 'btn btn-primary', () => answer(true)),
    )
    dialog.append(el('p', {}, question), buttons)
    dialog.addEventListener('cancel', () => answer(false))
    dialog.addEventListener('click', (event) => event.target === dialog && answer(false))
    document.body.append(dialog)
    dialog.showModal()
  })
}

const confirmed = new WeakSet<Event>()

/** `data-confirm="question"` on a form, button or link: asks first, then goes on as if nothing had been in between. */
export function watchConfirms(): void {
  document.addEventListener(
    'click',
    (event) => {
      const target = event.target instanceof Element ? event.target.closest<HTMLElement>('[data-confirm]') : null
      if (!target || target instanceof HTMLFormElement || confirmed.has(event)) return
      event.preventDefault()
      event.stopImmediatePropagation()
      void ask(target.dataset['confirm'] ?? '', target.dataset['confirmYes'] ?? target.textContent.trim()).then((yes) => {
        if (!yes) return
        const go = new MouseEvent('click', { bubbles: true, cancelable: true })
        confirmed.add(go)
        target.dispatchEvent(go)
      })
    },
    true,
  )
}
