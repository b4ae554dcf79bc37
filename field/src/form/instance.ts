/** The part of the form engine's root node used here: reading the answers as they stand, and the form's languages. */
export interface FormRoot {
  readonly instanceState: { readonly instanceXML: string }
  readonly languages: readonly FormLanguage[]
  readonly currentState: { readonly activeLanguage: FormLanguage }
  setLanguage(language: FormLanguage): unknown
}

export interface FormLanguage {
  readonly language: string
  readonly locale?: { readonly language?: string }
  readonly isSyntheticDefault?: boolean
}

export function isFormRoot(value: unknown): value is FormRoot {
  return typeof value === 'object' && value !== null && 'instanceState' in value && 'setLanguage' in value
}

/** XLSForm writes a language as "中文 (zh)"; the code in brackets decides, or the whole name where there is none. */
export function languageFor(languages: readonly FormLanguage[], wanted: string): FormLanguage | undefined {
  const code = (one: FormLanguage): string => (/\(([^)]+)\)\s*$/.exec(one.language)?.[1] ?? one.language).toLowerCase()
  return languages.find((one) => !one.isSyntheticDefault && code(one).startsWith(wanted))
}

/** By local name: forms differ in the namespace they give the meta block. */
function meta(document: XMLDocument, name: string): Element | undefined {
  return [...document.getElementsByTagName('*')].find((element) => element.localName === name && element.parentElement?.localName === 'meta')
}

/**
 * Gives the instance the client id under which it is sent. A draft that was taken up again looks like an edit to the form
 * engine, which then writes a deprecatedID; it stays only where the submission really corrects another.
 */
export function identify(xml: string, id: string, corrects: string): string {
  const document = new DOMParser().parseFromString(xml, 'text/xml')
  const instance = meta(document, 'instanceID')
  if (instance) instance.textContent = `uuid:${id}`
  const deprecated = meta(document, 'deprecatedID')
  if (deprecated && corrects) deprecated.textContent = `uuid:${corrects}`
  else deprecated?.remove()
  return new XMLSerializer().serializeToString(document)
}

/** The form with one answer in the instance it opens with; as it was where it has no such question. */
export function answered(xml: string, question: string, text: string): string {
  const document = new DOMParser().parseFromString(xml, 'text/xml')
  const primary = [...document.getElementsByTagName('instance')].find((one) => !one.hasAttribute('id'))
  const place = [...(primary?.getElementsByTagName('*') ?? [])].find((one) => one.localName === question && !one.childElementCount)
  if (!place) return xml
  place.textContent = text
  return new XMLSerializer().serializeToString(document)
}

/** The same answers say the same here, whatever ids and times of opening the engine put around them. */
export function sameAnswers(a: string, b: string): boolean {
  const bare = (xml: string): string => xml.replace(/<(\w+:)?meta\b[\s\S]*?<\/(\w+:)?meta>/g, '')
  return bare(a) === bare(b)
}
