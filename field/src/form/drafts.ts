import { type DBSchema, type IDBPDatabase, openDB } from 'idb'

export interface Draft {
  /** Owner, form, version and what it is about: see `draftKey`. */
  readonly key: string
  readonly xml: string
  readonly saved: number
}

interface Schema extends DBSchema {
  drafts: { key: string; value: Draft }
}

const KEPT = 14 * 24 * 3600_000

let opened: Promise<IDBPDatabase<Schema>> | undefined

function db(): Promise<IDBPDatabase<Schema>> {
  opened ??= openDB<Schema>('fangxian-drafts', 1, {
    upgrade(database) {
      database.createObjectStore('drafts', { keyPath: 'key' })
    },
  })
  return opened
}

/** A draft of an older version of the form is not taken up: its questions may be others. */
export function draftKey(owner: string, form: string, version: string, about: string): string {
  return [owner, form, version, about].join('|')
}

export async function loadDraft(key: string): Promise<Draft | undefined> {
  return (await db()).get('drafts', key)
}

export async function saveDraft(key: string, xml: string, now: number): Promise<void> {
  await (await db()).put('drafts', { key, xml, saved: now })
}

export async function dropDraft(key: string): Promise<void> {
  await (await db()).delete('drafts', key)
}

/** Drafts hold personal data: what nobody came back to is thrown away. */
export async function dropOldDrafts(now: number): Promise<void> {
  const database = await db()
  const old = (await database.getAll('drafts')).filter((draft) => now - draft.saved > KEPT)
  await Promise.all(old.map((draft) => database.delete('drafts', draft.key)))
}
