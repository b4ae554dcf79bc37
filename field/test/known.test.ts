import { expect, it, vi } from 'vitest'
import { knownPanel, nobodySaid, otherThan } from '../src/form/known'

const one = { subject: 'a', name: '张*', about: 'E1****5', why: 'Same name', certain: false }
const two = { ...one, subject: 'b' }

it('says which of those known it is, or that it is none of them', () => {
  const meant = vi.fn()
  const panel = knownPanel([one, two], { sameAs: '', otherThan: ['c'] }, meant)
  const buttons = [...panel.querySelectorAll('button')]
  for (const each of buttons) each.click()
  expect(meant.mock.calls.map(([who]) => who)).toEqual([
    { sameAs: 'a', otherThan: [] },
    { sameAs: 'b', otherThan: [] },
    { sameAs: '', otherThan: ['c', 'a', 'b'] },
  ])
})

it('offers nobody to be registered beside the one who bears the document', () => {
  const panel = knownPanel([{ ...one, certain: true }], nobodySaid, vi.fn())
  expect(panel.querySelectorAll('button').length).toBe(1)
})

it('shows names as text', () => {
  expect(knownPanel([{ ...one, name: '<b>x</b>' }], nobodySaid, vi.fn()).querySelector('b')).toBeNull()
})

it('keeps who was said to be somebody else before', () => {
  expect(otherThan({ sameAs: 'x', otherThan: ['a'] }, [one, two])).toEqual({ sameAs: '', otherThan: ['a', 'b'] })
})
