import { el, button } from './dom'
import { icon, type IconName } from './icons'
import { say } from './words'

export interface Toast {
  readonly text: string
  readonly icon?: IconName
  readonly act?: { readonly label: string; readonly run: () => void }
  /** Stays until it is closed; otherwise gone after ten seconds, or six without an act. */
  readonly stays?: boolean
  /** What it is about: a later one about the same takes its place. */
  readonly about?: string
}

/** More characters have no room beside the buttons on a phone. */
const LONG = 60

function place(): HTMLElement {
  const known = document.querySelector<HTMLElement>('.fx-toasts')
  if (known) return known
  const made = el('div', { class: 'fx-toasts', role: 'status', 'aria-live': 'polite' })
  document.body.append(made)
  return made
}

export function toast(given: Toast): () => void {
  const box = el('div', { class: 'fx-toast', 'data-about': given.about ?? given.text })
  const gone = (): void => box.remove()
  if (given.icon) box.append(icon(given.icon))
  box.append(el('span', { class: 'fx-toast-text' }, given.text))
  box.toggleAttribute('data-long', given.text.length > LONG)
  const { act } = given
  if (act)
    box.append(
      button(act.label, 'fx-toast-act', () => {
        gone()
        act.run()
      }),
    )
  const close = button('', 'fx-toast-close', gone)
  close.setAttribute('aria-label', say('close'))
  close.append(icon('close'))
  box.append(close)
  const list = place()
  for (const old of [...list.children]) if (old.getAttribute('data-about') === (given.about ?? given.text)) old.remove()
  while (list.children.length > 2) list.firstElementChild?.remove()
  list.append(box)
  if (!given.stays) setTimeout(gone, act ? 10_000 : 6_000)
  return gone
}
