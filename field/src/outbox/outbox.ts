import { postHeaders } from '../csrf'
import * as rules from './rules'
import type { Store } from './store'
import type { Answer, Entry, Field, Outcome } from './types'

const NO_ANSWER_AFTER = 30_000

export interface World {
  readonly store: Store
  readonly owner: string
  now(): number
  chance(): number
  post(url: string, fields: readonly Field[], id: string): Promise<rules.Received>
  /** Runs the work unless this page is at it already, or another tab where `exclusive`. */
  alone(work: () => Promise<void>): Promise<void>
  readonly exclusive: boolean
  later(work: () => void, ms: number): void
}

export interface News {
  readonly entries: readonly Entry[]
  /** The entry that changed, where it was one. */
  readonly changed?: Entry | undefined
  readonly signedOut: boolean
}

type Listener = (news: News) => void

/** Keeps submissions until the server has them. One per page; several tabs share the store and send one at a time. */
export class Outbox {
  private readonly listeners = new Set<Listener>()
  private signedOut = false

  constructor(private readonly world: World) {}

  subscribe(listener: Listener): void {
    this.listeners.add(listener)
    void this.tell()
  }

  /** How many of this user's entries the server does not have yet. */
  async unsent(): Promise<number> {
    const { waiting, refused } = rules.count(await this.world.store.all(), this.world.owner)
    return waiting + refused
  }

  async find(id: string): Promise<Entry | undefined> {
    return (await this.world.store.all()).find((entry) => entry.id === id)
  }

  async add(given: Omit<rules.NewEntry, 'owner'>): Promise<Entry> {
    const entry = rules.compose({ ...given, owner: this.world.owner }, this.world.now())
    await this.world.store.put(entry)
    await this.tell(entry)
    void this.run()
    return entry
  }

  /** Sends what can be sent, in order, until nothing is due. */
  async run(): Promise<void> {
    await this.world.alone(async () => {
      if (this.world.exclusive) await this.recover()
      while (await this.step());
    })
    await this.plan()
  }

  /** After the user signed in or the network came back: no waiting for the next turn. */
  async wake(): Promise<void> {
    this.signedOut = false
    for (const entry of await this.world.store.all())
      if (entry.state === 'waiting' && entry.notBefore > this.world.now())
        await this.world.store.change(entry.id, (now) => (now.state === 'waiting' ? { ...now, notBefore: 0 } : now))
    await this.run()
  }

  async retry(id: string): Promise<void> {
    await this.tell(await this.world.store.change(id, rules.again))
    await this.run()
  }

  async discard(id: string): Promise<void> {
    await this.world.store.remove(id)
    await this.tell()
  }

  /** What the server says of it once it is undone, nothing where it was taken back before it left; undefined when it stands. */
  async undo(entry: Entry): Promise<Answer | undefined> {
    const current = (await this.world.store.all()).find(({ id }) => id === entry.id)
    if (!current || current.state === 'waiting' || current.state === 'refused') {
      await this.discard(entry.id)
      return {}
    }
    const url = current.answer?.undo_url
    const outcome = url ? await this.exchange(url, [['client_id', entry.id]], entry.id) : undefined
    if (outcome?.kind !== 'recorded') return undefined
    await this.discard(entry.id)
    return outcome.answer
  }

  async tidy(startOfDay: number): Promise<void> {
    const gone = rules.stale(await this.world.store.all(), this.world.owner, startOfDay)
    await Promise.all(gone.map((entry) => this.world.store.remove(entry.id)))
    await this.tell()
  }

  async tell(changed?: Entry): Promise<void> {
    const news = { entries: await this.world.store.all(), changed, signedOut: this.signedOut }
    for (const listener of this.listeners) listener(news)
  }

  private async step(): Promise<boolean> {
    if (this.signedOut) return false
    const { store, owner } = this.world
    const due = rules.next(await store.all(), owner, this.world.now())
    const entry = due && (await store.change(due.id, (current) => rules.begin(current, this.world.now())))
    if (!entry) return false
    await this.tell(entry)
    const outcome = await this.exchange(entry.url, entry.fields, entry.id)
    this.signedOut = outcome.kind === 'signed-out'
    await this.tell(await store.change(entry.id, (current) => rules.settle(current, outcome, this.world.now(), this.world.chance())))
    return outcome.kind !== 'unreachable' && !this.signedOut
  }

  private async recover(): Promise<void> {
    const left = (await this.world.store.all()).filter((entry) => entry.state === 'sending')
    await Promise.all(left.map((entry) => this.world.store.change(entry.id, rules.recover)))
  }

  private async exchange(url: string, fields: readonly Field[], id: string): Promise<Outcome> {
    try {
      return rules.judge(await this.world.post(url, fields, id), this.world.now())
    } catch {
      // fetch rejects for one reason only: no answer came.
      return { kind: 'unreachable' }
    }
  }

  private async plan(): Promise<void> {
    if (this.signedOut) return
    const at = rules.wakeAt(await this.world.store.all(), this.world.owner)
    if (at !== undefined) this.world.later(() => void this.run(), Math.max(250, at - this.world.now()))
  }
}

function body(fields: readonly Field[]): BodyInit {
  if (fields.every(([, value]) => typeof value === 'string')) return new URLSearchParams(fields as [string, string][])
  const form = new FormData()
  for (const [name, value, fileName] of fields)
    if (typeof value === 'string') form.append(name, value)
    else form.append(name, value, fileName)
  return form
}

async function json(response: Response): Promise<unknown> {
  if (!/\bjson\b/.test(response.headers.get('Content-Type') ?? '')) return null
  return response.json() as Promise<Answer>
}

export async function post(url: string, fields: readonly Field[], id: string): Promise<rules.Received> {
  const response = await fetch(url, {
    method: 'POST',
    body: body(fields),
    headers: { ...postHeaders(), 'X-Client-Id': id },
    credentials: 'same-origin',
    redirect: 'manual',
    signal: AbortSignal.timeout(NO_ANSWER_AFTER),
  })
  return { status: response.status, body: await json(response), retryAfter: response.headers.get('Retry-After') }
}

let timer: ReturnType<typeof setTimeout> | undefined

export function later(work: () => void, ms: number): void {
  clearTimeout(timer)
  timer = setTimeout(work, ms)
}

/** Locks between tabs exist in secure contexts only; elsewhere the client id keeps a double sending single. */
export const exclusive = 'locks' in navigator

let running: Promise<void> | undefined

export async function alone(work: () => Promise<void>): Promise<void> {
  if (exclusive) {
    await navigator.locks.request('fangxian-outbox', { ifAvailable: true }, (lock) => (lock ? work() : undefined))
    return
  }
  running ??= work().finally(() => (running = undefined))
  await running
}
