/** The present by the clock of the page, in ms: a demo's goes ahead of the machine's by a constant, else it is that one. */
export function now(): number {
  return Date.now() + 1000 * Number(document.documentElement.dataset['ahead'] ?? 0)
}

/** The same as an ISO instant. */
export function nowText(): string {
  return new Date(now()).toISOString()
}
