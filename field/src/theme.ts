type Theme = 'system' | 'light' | 'dark'

const YEAR = 365 * 24 * 3600

/** In a cookie, so that the server writes the page in the right theme and nothing flashes. */
function keep(theme: Theme): void {
  document.cookie = `fx_theme=${theme}; path=/; max-age=${theme === 'system' ? 0 : YEAR}; samesite=lax`
}

function apply(theme: Theme): void {
  const { dataset } = document.documentElement
  if (theme === 'system') delete dataset['theme']
  else dataset['theme'] = theme
  mark(theme)
  document.dispatchEvent(new Event('fx:theme'))
}

function mark(theme: Theme): void {
  for (const choice of document.querySelectorAll<HTMLElement>('[data-set-theme]'))
    choice.setAttribute('aria-pressed', String(choice.dataset['setTheme'] === theme))
}

/** Buttons `data-set-theme="system|light|dark"`. */
export function watchTheme(): void {
  mark((document.documentElement.dataset['theme'] as Theme | undefined) ?? 'system')
  document.addEventListener('click', (event) => {
    const choice = event.target instanceof Element ? event.target.closest<HTMLElement>('[data-set-theme]') : null
    if (!choice) return
    const theme = choice.dataset['setTheme'] as Theme
    keep(theme)
    apply(theme)
  })
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => document.dispatchEvent(new Event('fx:theme')))
}
