type Child = Node | string

/** An element with attributes and children; a text child is always text, never markup. */
export function el<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  attributes: Readonly<Record<string, string>> = {},
  ...children: Child[]
): HTMLElementTagNameMap[K] {
  const element = document.createElement(tag)
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value)
  element.append(...children)
  return element
}

export function button(label: string, className: string, act: () => void): HTMLButtonElement {
  const element = el('button', { type: 'button', class: className }, label)
  element.addEventListener('click', act)
  return element
}

/** Markup of our own server as nodes. Scripts in it do not run. */
export function fragment(html: string): DocumentFragment {
  const template = document.createElement('template')
  template.innerHTML = html
  return template.content
}

/** Calls back for every element that matches now or is put in by htmx later. */
export function each(selector: string, act: (element: HTMLElement) => void): void {
  const run = (root: ParentNode): void => root.querySelectorAll<HTMLElement>(selector).forEach(act)
  run(document)
  document.addEventListener('htmx:afterSettle', (event) => run(event.target instanceof Element ? event.target : document))
}

export function remember(key: string, value?: string): string | null {
  try {
    if (value !== undefined) localStorage.setItem(key, value)
    return localStorage.getItem(key)
  } catch {
    // Storage is switched off: the choice lasts as long as the page.
    return value ?? null
  }
}
