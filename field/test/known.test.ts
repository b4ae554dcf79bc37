import { expect, it, vi } from 'vitest'
import { changesPanel, knownPanel, nobodySaid, otherThan } from '../src/form/known'

const one = { subject: 'a', name: '张*', about: 'E1****5', why: 'Same name', certain: false }
const two = { ...one, subject: 'b' }

it('says which of those known it is, or that it is none of them', () => {
  const meant = vi.fn()
  const panel = knownPanel([one, two], { ...nobodySaid, otherThan: ['c'] }, meant)
  const buttons = [...panel.querySelectorAll('button')]
  for (const each of buttons) each.click()
  expect(meant.mock.calls.map(([who]) => who)).toEqual([
    { ...nobodySaid, sameAs: 'a' },
    { ...nobodySaid, sameAs: 'b' },
    { ...nobodySaid, otherThan: ['c', 'a', 'b'] },
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
  expect(otherThan({ ...nobodySaid, sameAs: 'x', otherThan: ['a'] }, [one, two])).toEqual({ ...nobodySaid, otherThan: ['a', 'b'] })
})

it('confirms what is shown to change, beside what was said before', () => {
  const meant = vi.fn()
  const panel = changesPanel([{ question: 'name', said: '<b>x</b>' }], { ...nobodySaid, sameAs: 'a', changes: ['sex'] }, meant)
  expect(panel.querySelector('b')).toBeNull()
  panel.querySelector('button')?.click()
  expect(meant).toHaveBeenCalledWith({ ...nobodySaid, sameAs: 'a', changes: ['sex', 'name'] })
})
