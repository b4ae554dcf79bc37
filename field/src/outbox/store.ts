import { type DBSchema, type IDBPDatabase, openDB } from 'idb'
import type { Entry } from './types'

interface Schema extends DBSchema {
  entries: { key: string; value: Entry }
}

/** Where entries are kept; in order of their ids, which is the order of making. */
export interface Store {
  all(): Promise<Entry[]>
  put(entry: Entry): Promise<void>
  remove(id: string): Promise<void>
  /** Changes one entry as it stands now, and none that is gone. */
  change(id: string, turn: (entry: Entry) => Entry): Promise<Entry | undefined>
}

function open(name: string): Promise<IDBPDatabase<Schema>> {
  return openDB<Schema>(name, 1, {
    upgrade(db) {
      db.createObjectStore('entries', { keyPath: 'id' })
    },
    // Another tab wants a newer version: do not stand in its way.
    blocking(_current, _blocked, event) {
      ;(event.target as IDBDatabase).close()
    },
  })
}

export async function openStore(name = 'fangxian-outbox'): Promise<Store> {
  const db = await open(name)
  return {
    all: () => db.getAll('entries'),
    // Strict: the promise holds only once the bytes are on the disk, since the card then says that nothing is lost.
    async put(entry) {
      const tx = db.transaction('entries', 'readwrite', { durability: 'strict' })
      await Promise.all([tx.store.put(entry), tx.done])
    },
    async remove(id) {
      await db.delete('entries', id)
    },
    async change(id, turn) {
      const tx = db.transaction('entries', 'readwrite')
      const entry = await tx.store.get(id)
      const turned = entry && turn(entry)
      if (turned) await tx.store.put(turned)
      await tx.done
      return turned
    },
  }
}

/** Stands in where the browser has no IndexedDB (private windows of old browsers): lives as long as the page. */
export function memoryStore(): Store {
  const entries = new Map<string, Entry>()
  return {
    async all() {
      return [...entries.values()].sort((a, b) => (a.id < b.id ? -1 : 1))
    },
    async put(entry) {
      entries.set(entry.id, entry)
    },
    async remove(id) {
      entries.delete(id)
    },
    async change(id, turn) {
      const entry = entries.get(id)
      const turned = entry && turn(entry)
      if (turned) entries.set(id, turned)
      return turned
    },
  }
}
