/** Django's token: the cookie is fresher than the page, which may have been opened before the last sign-in. */
export function csrfToken(doc: Document = document): string {
  const cookie = /(?:^|;\s*)csrftoken=([^;]+)/.exec(doc.cookie)?.[1]
  return cookie ?? doc.querySelector<HTMLMetaElement>('meta[name="csrf-token"]')?.content ?? ''
}

export function postHeaders(): Record<string, string> {
  return { 'X-CSRFToken': csrfToken(), 'X-Requested-With': 'XMLHttpRequest', Accept: 'application/json' }
}
