import { beforeEach, describe, expect, it, vi } from 'vitest'
import { markAnswered, reopen, show, tally } from '../src/outbox/cards'
import { compose } from '../src/outbox/rules'
import type { Entry } from '../src/outbox/types'
import { toast } from '../src/toast'

vi.mock('htmx.org', () => ({ default: { process: (): void => undefined } })) // wants more of a browser than there is here

const card = (id: string, state = ''): string => `<li class="fx-task" id="${id}" data-state="${state}"><p data-card-status></p><form data-card-actions></form></li>`
const about = (id: string, change: Partial<Entry> = {}): Entry => ({ ...compose({ id: '1', owner: 'wang', url: '/answer', label: 'x', fields: [], card: `#${id}` }, 0), ...change })
const text = (selector: string): string | null | undefined => document.querySelector(selector)?.textContent

beforeEach(() => {
  document.body.innerHTML = `<p><b data-tally="3">3</b><span data-late-part><i data-late="1">1</i> late</span></p><ul>${card('a', 'late')}${card('b')}</ul>`
  tally()
})

describe('the numbers above the cards', () => {
  it('follow what is answered, also when another card takes its place', () => {
    markAnswered('#a', 'x')
    show(about('a', { state: 'sent', answer: { card: '<li class="fx-task" id="a" data-outbox="sent" data-state="done"></li>' } }))
    expect([text('[data-tally]'), text('[data-late]')]).toEqual(['4', '0'])
    expect(document.querySelector('[data-late-part]')?.hasAttribute('hidden')).toBe(true)
  })

  it('stand still for an answer that leaves the task open, also after the page was left', () => {
    markAnswered('#a', 'x', true)
    expect([text('[data-tally]'), text('[data-late]')]).toEqual(['3', '1'])
    show(about('a', { staysOpen: true }))
    expect([text('[data-tally]'), text('[data-late]')]).toEqual(['3', '1'])
    show(about('a'))
    expect([text('[data-tally]'), text('[data-late]')]).toEqual(['4', '0'])
  })

  it('count nothing of a drill', () => {
    document.querySelector('#a')?.setAttribute('data-drill', '')
    markAnswered('#a', 'x')
    expect([text('[data-tally]'), text('[data-late]')]).toEqual(['3', '1'])
  })

  it('count a late one again when it is undone, and no other', () => {
    markAnswered('#a', 'x')
    markAnswered('#b', 'x')
    reopen(about('a'))
    expect([text('[data-tally]'), text('[data-late]')]).toEqual(['4', '1'])
    expect(document.querySelector('[data-late-part]')?.hasAttribute('hidden')).toBe(false)
  })
})

it('shows a card as the server has it once its answer is undone', () => {
  show(about('a', { state: 'sent', answer: { card: '<li class="fx-task" id="a" data-outbox="sent">sent</li>' } }))
  reopen(about('a'), card('a', 'late'))
  expect(document.querySelector('#a [data-card-actions]')).not.toBeNull()
  expect(document.querySelector<HTMLElement>('#a')?.dataset['outbox']).toBe('open')
})

it('offers one answer for a household until one of it is answered', () => {
  const household = '<li><form class="fx-household"><input name="task" value="1"><input name="task" value="2"></form></li>'
  document.body.innerHTML = `<ul>${household}${card('task-1')}${card('task-2')}</ul>`
  const offered = (): boolean => !document.querySelector('li:has(form.fx-household)')?.hasAttribute('data-answered')
  tally()
  expect(offered()).toBe(true)
  markAnswered('#task-2', 'x')
  expect(offered()).toBe(false)
  reopen(about('task-2'))
  expect(offered()).toBe(true)
  show(about('task-1', { state: 'sent', answer: { card: '<li class="fx-task" id="task-1" data-state="done"></li>' } }))
  expect(offered()).toBe(false)
})

it('says the same thing once', () => {
  toast({ text: 'No network' })
  toast({ text: 'kept' })
  toast({ text: 'No network' })
  expect([...document.querySelectorAll('.fx-toast-text')].map((one) => one.textContent)).toEqual(['kept', 'No network'])
})
