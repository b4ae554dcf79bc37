/**
 * Numbers as people type them. The server reads by the same rules (`fangxian/programmes/forms/numbers.py`), and both are
 * tested with `field/test/numbers.csv`.
 */
const ODD: Readonly<Record<string, string>> = { '。': '.', '、': ',', '٫': '.', '−': '-', '–': '-', '—': '-', "'": '', '’': '' }
const DOUBTFUL = /^[+-]?[1-9]\d{0,2},\d{3}$/

/** Digits and signs as an input method may write them, in ASCII. */
export function narrow(text: string): string {
  return text.normalize('NFKC').trim().replace(/[。、٫−–—'’]/g, (one) => ODD[one] ?? one)
}

/** Whether it is a thousand in one country and a fraction in another: `1,234`. */
export function doubtful(text: string): boolean {
  return DOUBTFUL.test(narrow(text).replaceAll(' ', ''))
}

/** The number in a text, with a point and without groups; nothing where it is none, or could be two. */
export function plainNumber(text: string): string {
  const typed = narrow(text).replaceAll(' ', '')
  if (/^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d{1,3})?$/i.test(typed)) return typed
  if (DOUBTFUL.test(typed)) return ''
  if (/^[+-]?\d*,\d+$/.test(typed)) return typed.replace(',', '.')
  if (/^[+-]?\d{1,3}(,\d{3})+(\.\d+)?$/.test(typed)) return typed.replaceAll(',', '')
  if (/^[+-]?\d{1,3}(\.\d{3})+,\d+$/.test(typed)) return typed.replaceAll('.', '').replace(',', '.')
  return ''
}
