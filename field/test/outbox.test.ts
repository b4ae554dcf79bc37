import 'fake-indexeddb/auto'
import { beforeEach, describe, expect, it } from 'vitest'
import { Outbox, type World } from '../src/outbox/outbox'
import * as rules from '../src/outbox/rules'
import { memoryStore, openStore, type Store } from '../src/outbox/store'
import type { Entry } from '../src/outbox/types'
import { uuid7 } from '../src/uuid7'

const entry = (change: Partial<Entry> = {}): Entry => ({ ...rules.compose({ id: uuid7(), owner: 'wang', url: '/answer', label: 'x', fields: [['a', '1']] }, 0), ...change })
const received = (status: number, body: unknown = null, retryAfter: string | null = null): rules.Received => ({ status, body, retryAfter })

describe('what an answer means', () => {
  it.each([
    [200, 'recorded'],
    [201, 'recorded'],
    [409, 'refused'],
    [422, 'refused'],
    [404, 'refused'],
    [410, 'refused'],
    [401, 'signed-out'],
    [0, 'signed-out'],
    [302, 'signed-out'],
    [429, 'busy'],
    [500, 'busy'],
    [503, 'busy'],
  ])('%i is %s', (status, kind) => expect(rules.judge(received(status), 0).kind).toBe(kind))

  it('takes a 403 with a sentence of the catalogue as a refusal and any other as a session that ran out', () => {
    expect(rules.judge(received(403, { code: 'post_ended', detail: 'Your post ended.' }), 0)).toMatchObject({ kind: 'refused', problem: { detail: 'Your post ended.' } })
    expect(rules.judge(received(403), 0).kind).toBe('signed-out')
  })

  it('reads Retry-After in seconds and as a date, and distrusts nonsense', () => {
    expect(rules.judge(received(503, null, '7'), 0)).toMatchObject({ retryAfter: 7000 })
    expect(rules.judge(received(503, null, 'Thu, 01 Jan 1970 00:00:09 GMT'), 4000)).toMatchObject({ retryAfter: 5000 })
    expect(rules.judge(received(503, null, 'soon'), 0)).toMatchObject({ retryAfter: undefined })
  })
})

describe('which entry is next', () => {
  it('is the oldest, and nothing overtakes within one subject', () => {
    const first = entry({ subject: 's', notBefore: 500 })
    const second = entry({ subject: 's' })
    const other = entry({ subject: 't' })
    expect(rules.next([first, second, other], 'wang', 100)).toBe(other)
    expect(rules.next([first, second, other], 'wang', 500)).toBe(first)
  })

  it('leaves entries of another user alone', () => {
    const mine = entry({ owner: 'li' })
    expect(rules.next([mine], 'wang', 0)).toBeUndefined()
    expect(rules.wakeAt([mine], 'wang')).toBeUndefined()
    expect(rules.count([mine], 'wang')).toEqual({ waiting: 0, sent: 0, refused: 0, others: 1 })
  })

  it('takes up an entry whose tab died, but not before time', () => {
    const orphan = entry({ state: 'sending', notBefore: 1000 })
    expect(rules.next([orphan], 'wang', 30_000)).toBeUndefined()
    expect(rules.next([orphan], 'wang', 120_000)).toBe(orphan)
  })
})

describe('states', () => {
  it('wipes what was typed once the server has it, and only then', () => {
    expect(rules.settle(entry(), { kind: 'recorded', answer: {} }, 5, 0).fields).toEqual([])
    for (const outcome of [{ kind: 'unreachable' }, { kind: 'busy' }, { kind: 'signed-out' }] as const) {
      const settled = rules.settle(rules.begin(entry(), 0), outcome, 5, 0)
      expect(settled.state).toBe('waiting')
      expect(settled.fields).toHaveLength(1)
    }
  })

  it('waits longer each time, never more than a minute and a quarter', () => {
    const waits = [1, 2, 3, 4, 5, 6, 7, 20].map((attempts) => rules.backoff(attempts, 0.5))
    expect(waits).toEqual([1000, 2000, 4000, 8000, 16_000, 32_000, 60_000, 60_000])
    expect(rules.backoff(20, 0.999)).toBeLessThanOrEqual(75_000)
  })

  it('drops what was sent yesterday and never what is unsent', () => {
    const old = [entry({ state: 'sent' }), entry({ state: 'refused' }), entry({ state: 'waiting' }), entry({ state: 'sent', created: 900 })]
    expect(rules.stale(old, 'wang', 500)).toEqual([old[0]])
  })
})

/** A server that records by client id and answers as told. */
class Server {
  readonly recorded = new Map<string, number>()
  readonly order: string[] = []
  answers: (() => rules.Received)[] = []

  post = async (_url: string, _fields: unknown, id: string): Promise<rules.Received> => {
    const answer = (this.answers.shift() ?? (() => received(200, { undo_url: '/undo' })))()
    if (answer.status < 300 && answer.status >= 200) {
      this.recorded.set(id, (this.recorded.get(id) ?? 0) + 1)
      this.order.push(id)
    }
    return answer
  }
}

describe('the outbox', () => {
  let server: Server
  let store: Store
  let now: number
  let timers: (() => void)[]
  let outbox: Outbox

  const world = (change: Partial<World> = {}): World => ({
    ...{ store, owner: 'wang', now: () => now, chance: () => 0.5, post: server.post, exclusive: true },
    alone: (work) => work(),
    later: (work) => void timers.push(work),
    ...change,
  })
  const give = { url: '/answer', label: 'x', fields: [['a', '1']] as const }
  const add = async (id = uuid7()): Promise<string> => {
    await store.put(rules.compose({ id, owner: 'wang', ...give }, now))
    return id
  }
  const states = async (): Promise<string[]> => (await store.all()).map(({ state }) => state)
  const offline = (): never => {
    throw new TypeError('Failed to fetch')
  }

  beforeEach(async () => {
    server = new Server()
    store = await openStore(`outbox-${uuid7()}`)
    now = 1000
    timers = []
    outbox = new Outbox(world())
  })

  it('sends in the order of making', async () => {
    const ids = [await add(), await add(), await add()]
    await outbox.run()
    expect(server.order).toEqual(ids)
    expect(await states()).toEqual(['sent', 'sent', 'sent'])
  })

  it('keeps everything without a network and sends it when it is back', async () => {
    server.answers = [offline]
    const ids = [await add(), await add()]
    await outbox.run()
    expect(await states()).toEqual(['waiting', 'waiting'])
    expect(timers).toHaveLength(1)
    await outbox.wake()
    expect(server.order).toEqual(ids)
  })

  it('goes past an entry the server stumbles over, and past one it refuses', async () => {
    server.answers = [() => received(500), () => received(422, { detail: 'Between 34 and 43.' })]
    await Promise.all([add(), add(), add()])
    await outbox.run()
    expect((await states()).sort()).toEqual(['refused', 'sent', 'waiting'])
  })

  it('stops when signed out, loses nothing, and goes on after signing in', async () => {
    server.answers = [() => received(401)]
    await Promise.all([add(), add()])
    let signedOut = false
    outbox.subscribe((news) => (signedOut = news.signedOut))
    await outbox.run()
    expect(await states()).toEqual(['waiting', 'waiting'])
    expect(signedOut).toBe(true)
    await outbox.wake()
    expect(await states()).toEqual(['sent', 'sent'])
  })

  it('sends again what a closed page left half-sent, under the same id', async () => {
    const id = await add()
    await store.change(id, (given) => rules.begin(given, now))
    server.recorded.set(id, 1) // it had arrived; the answer was lost
    await new Outbox(world()).run()
    expect([...server.recorded.keys()]).toEqual([id])
    expect(await states()).toEqual(['sent'])
  })

  it('undoes before sending by forgetting, after sending by the address the server gave', async () => {
    const idle = new Outbox(world({ alone: async () => undefined }))
    const waiting = await idle.add({ id: uuid7(), ...give })
    expect(await idle.undo(waiting)).toEqual({})
    expect(await store.all()).toEqual([])
    const sent = await add()
    await outbox.run()
    expect(await outbox.undo((await store.all())[0]!)).toBeDefined()
    expect(server.order).toEqual([sent, sent]) // the second is the request to undo
    expect(await store.all()).toEqual([])
  })

  it('holds in any weather: nothing lost, nothing recorded under two ids', async () => {
    let seed = 42
    const random = (): number => (seed = (seed * 48_271) % 2_147_483_647) / 2_147_483_647
    const weather = [offline, () => received(503), () => received(0), () => received(200), () => received(200)]
    server.answers = Array.from({ length: 200 }, () => weather[Math.floor(random() * weather.length)]!)
    const made = await Promise.all(Array.from({ length: 25 }, () => add()))
    for (let turn = 0; turn < 300 && server.recorded.size < made.length; turn++) {
      now += 1000
      await (random() < 0.3 ? new Outbox(world()).run() : outbox.wake())
    }
    expect([...server.recorded.keys()].sort()).toEqual([...made].sort())
    expect(new Set(await states())).toEqual(new Set(['sent']))
  })
})

it('keeps the same promises in memory as in the database', async () => {
  for (const store of [memoryStore(), await openStore('same')]) {
    const [one, two] = [entry(), entry()]
    await store.put(two)
    await store.put(one)
    expect((await store.all()).map(({ id }) => id)).toEqual([one.id, two.id])
    expect(await store.change('gone', rules.again)).toBeUndefined()
    await store.remove(one.id)
    expect(await store.all()).toHaveLength(1)
  }
})
