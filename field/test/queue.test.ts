import 'fake-indexeddb/auto'
import { expect, it, vi } from 'vitest'
import { compose } from '../src/outbox/rules'
import { openStore } from '../src/outbox/store'

vi.mock('htmx.org', () => ({ default: { process: (): void => undefined } })) // wants more of a browser than there is here

it('says on the next page what the server said of a form the page before sent', async () => {
  Object.defineProperty(navigator, 'locks', { value: { request: (): Promise<void> => Promise.resolve() } })
  const entry = compose({ id: '1', owner: '', url: '/send', label: 'x', fields: [] }, Date.now())
  const answer = { message: 'It had been answered already.', undo_url: '/undo' }
  await (await openStore()).put({ ...entry, state: 'sent', finished: Date.now(), answer })
  const { startQueue, tellOnTheNextPage } = await import('../src/queue')
  tellOnTheNextPage('1')
  await startQueue()
  expect(document.querySelector('.fx-toast')?.textContent).toContain('It had been answered already.')
  document.body.replaceChildren()
  await startQueue()
  expect(document.querySelector('.fx-toast')).toBeNull()
})

it('leads back to the draft of a form that was refused after its page was left', async () => {
  const entry = compose({ id: '2', owner: '', url: '/send', label: 'x', fields: [], editUrl: '/fill/entry/arrival/?subject=1' }, Date.now())
  await (await openStore()).put({ ...entry, state: 'refused', problem: { status: 409, code: 'changes_known', title: '', detail: 'It changes what is recorded.' } })
  const { startQueue, tellOnTheNextPage } = await import('../src/queue')
  tellOnTheNextPage('2')
  await startQueue()
  expect(document.querySelector('.fx-toast')?.textContent).toContain('It changes what is recorded.')
  expect(document.querySelector('.fx-toast-act')).not.toBeNull()
  document.body.innerHTML = '<div data-form="x"></div>' // there the form itself asks
  tellOnTheNextPage('2')
  await startQueue()
  expect(document.querySelector('.fx-toast-act')).toBeNull()
})

it('leaves a question to the form on the page that asks it', async () => {
  document.body.innerHTML = '<div data-form="x"></div>'
  const problem = { status: 409, code: 'changes_known', title: '', detail: 'It changes what is recorded.', changes: [] }
  const { startQueue, tellOnTheNextPage } = await import('../src/queue')
  for (const [id, editUrl, said] of [['3', location.pathname + location.search, false], ['4', '/fill/of/somebody/else/', true]] as const) {
    const entry = compose({ id, owner: '', url: '/send', label: 'x', fields: [], editUrl }, Date.now())
    await (await openStore()).put({ ...entry, state: 'refused', problem })
    tellOnTheNextPage(id)
    await startQueue()
    expect(document.querySelector('.fx-toast') !== null).toBe(said)
  }
})

it.each(['sent', 'waiting'] as const)('makes a page again that was made before what was corrected was there: %s', async (state) => {
  document.body.replaceChildren()
  const reload = vi.fn()
  vi.stubGlobal('location', { ...location, reload })
  const entry = compose({ id: `late ${state}`, owner: '', url: '/send', label: 'x', fields: [] }, Date.now())
  await (await openStore()).put({ ...entry, state, finished: Date.now(), answer: { message: 'Corrected.' } })
  const { outbox, startQueue, tellOnTheNextPage } = await import('../src/queue')
  tellOnTheNextPage(entry.id, { answered: false })
  await startQueue()
  if (state === 'waiting') {
    expect(reload).not.toHaveBeenCalled()
    await (await outbox).tell({ ...entry, state: 'sent', finished: Date.now(), answer: { message: 'Corrected.' } })
  }
  expect(reload).toHaveBeenCalledOnce()
  await startQueue() // as after the reload: it is said once, and not made again
  expect(reload).toHaveBeenCalledOnce()
  vi.unstubAllGlobals()
})
