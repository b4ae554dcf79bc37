export function isTyping(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName))
}

function visible(selector: string): HTMLElement | undefined {
  return [...document.querySelectorAll<HTMLElement>(selector)].find((element) => element.offsetParent !== null)
}

function toggleHelp(): void {
  const help = document.querySelector<HTMLDialogElement>('dialog[data-help]')
  if (help?.open) help.close()
  else help?.showModal()
}

let prefix = 0

/** `g` and then a letter goes to the place of the navigation that carries `data-key`. */
function go(key: string): boolean {
  const link = document.querySelector<HTMLAnchorElement>(`a[data-key="${CSS.escape(key)}"]`)
  link?.click()
  return link !== null
}

function press(event: KeyboardEvent): void {
  if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return
  const afterG = Date.now() - prefix < 1200
  prefix = event.key === 'g' ? Date.now() : 0
  if (event.key === '/') visible('[data-search]')?.focus()
  else if (event.key === '?') toggleHelp()
  else if (!afterG || !go(event.key)) return
  event.preventDefault()
}

export function watchKeyboard(): void {
  document.addEventListener('keydown', press)
}
