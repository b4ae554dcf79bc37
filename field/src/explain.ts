/** `data-explain`: a question mark that opens the words it controls; one at a time, closed by Escape and beside it. */
const OPEN = '[data-explain][aria-expanded=true]'

function words(mark: Element): HTMLElement | null {
  return document.getElementById(mark.getAttribute('aria-controls') ?? '')
}

function set(mark: Element, open: boolean): void {
  mark.setAttribute('aria-expanded', String(open))
  const text = words(mark)
  if (!text) return
  text.hidden = !open
  text.style.removeProperty('inset-inline-start')
  const over = open ? text.getBoundingClientRect().right - document.documentElement.clientWidth + 12 : 0
  if (over > 0 && matchMedia('(min-width: 992px)').matches) text.style.insetInlineStart = `${-over}px`
}

export function watchExplanations(): void {
  document.addEventListener('click', ({ target }) => {
    const mark = target instanceof Element ? target.closest('[data-explain]') : null
    for (const other of document.querySelectorAll(OPEN)) if (other !== mark && !words(other)?.contains(target as Node)) set(other, false)
    if (mark) set(mark, mark.getAttribute('aria-expanded') !== 'true')
  })
  document.addEventListener('keydown', (event) => {
    const mark = event.key === 'Escape' ? document.querySelector<HTMLElement>(OPEN) : null
    if (!mark) return
    set(mark, false)
    mark.focus()
  })
}
