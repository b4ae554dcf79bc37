import { expect, it, vi } from 'vitest'

type Sent = Record<string, unknown>
type Listener = (news: { changed: { id: string; state: string } }) => void

const page = vi.hoisted(() => ({ send: undefined as ((payload: unknown) => void) | undefined, sent: [] as Sent[], listeners: [] as Listener[] }))

vi.mock('../src/form/mount', () => ({ mount: (given: { submit: typeof page.send }) => (page.send = given.submit) }))
vi.mock('../src/form/drafts', () => ({ draftKey: () => '', dropDraft: vi.fn(), dropOldDrafts: vi.fn(), loadDraft: vi.fn(), saveDraft: vi.fn() }))
vi.mock('../src/queue', () => ({
  owner: '1.1',
  tellOnTheNextPage: vi.fn(),
  outbox: Promise.resolve({
    subscribe: (listener: Listener) => page.listeners.push(listener),
    add: async ({ id, fields }: { id: string; fields: [string, unknown][] }) => {
      page.sent.push(Object.fromEntries(fields))
      await vi.waitFor(() => expect(page.listeners).toHaveLength(page.sent.length))
      for (const listener of page.listeners) listener({ changed: { id, state: 'refused' } })
    },
    find: async () => ({ problem: { changes: [{ question: 'document_number', said: 'another one is recorded' }] } }),
    discard: vi.fn(),
  }),
}))

it('asks anew whether something is to change once other answers are sent', async () => {
  document.body.innerHTML = '<div data-form></div>'
  await import('../src/form')
  const panel = (): HTMLButtonElement => document.querySelector<HTMLButtonElement>('section.fx-card button')!
  await vi.waitFor(() => expect(page.send).toBeDefined())
  page.send?.({ data: [] })
  await vi.waitFor(() => panel().click())
  await vi.waitFor(() => expect(page.sent.map(({ changes }) => changes)).toEqual(['', 'document_number']))
  await vi.waitFor(() => expect(panel()).not.toBeNull())
  page.send?.({ data: [] })
  await vi.waitFor(() => expect(page.sent.map(({ changes }) => changes)).toEqual(['', 'document_number', '']))
})
