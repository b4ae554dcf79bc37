import { describe, expect, it } from 'vitest'
import numbers from './numbers.csv?raw'
import { isNew } from '../src/alerts'
import { calendar } from '../src/form/dates'
import { draftKey } from '../src/form/drafts'
import { answered, identify, languageFor, sameAnswers } from '../src/form/instance'
import { instantAt, wallTime } from '../src/form/moments'
import { nameQuestion } from '../src/form/names'
import { doubtful, plainNumber } from '../src/form/numbers'
import { translate, watchWords } from '../src/form/words'

const instance = (meta: string): string => `<data id="f"><t>36.5</t><meta xmlns="http://openrosa.org/xforms">${meta}</meta></data>`

describe('the instance that is sent', () => {
  const edited = instance('<instanceID>uuid:new</instanceID><deprecatedID>uuid:old</deprecatedID>')

  it('carries the client id and no trace of a draft', () => {
    const xml = identify(edited, '0190', '')
    expect(xml).toContain('<instanceID>uuid:0190</instanceID>')
    expect(xml).not.toContain('deprecatedID')
  })

  it('names what it corrects when it does', () => expect(identify(edited, '0190', 'first')).toContain('<deprecatedID>uuid:first</deprecatedID>'))

  it('leaves a question of the same name alone', () => {
    expect(identify('<data id="f"><instanceID>mine</instanceID></data>', '0190', '')).toContain('<instanceID>mine</instanceID>')
  })
})

it('opens a form with a reading in the question that asks for it, and no other', () => {
  const xml = '<h><instance><data><g><t/></g><u/></data></instance><instance id="x"><t>no</t></instance></h>'
  expect(answered(xml, 't', '38.5')).toContain('<g><t>38.5</t></g><u/>')
  expect(answered(xml, 'g', '38.5')).toBe(xml)
  expect(answered(xml, 'missing', '38.5')).toBe(xml)
})

it('tells typed answers from new ids', () => {
  expect(sameAnswers(instance('<instanceID>a</instanceID>'), instance('<instanceID>b</instanceID>'))).toBe(true)
  expect(sameAnswers(instance(''), instance('').replace('36.5', '36.6'))).toBe(false)
})

it('finds the language of the form by its code', () => {
  const languages = [{ language: 'English (en)' }, { language: '中文 (zh)' }]
  expect(languageFor(languages, 'zh')?.language).toBe('中文 (zh)')
  expect(languageFor(languages, 'fr')).toBeUndefined()
})

it('takes up no draft of another version, user or task', () => {
  expect(new Set([draftKey('a', 'f', '1', 't'), draftKey('a', 'f', '2', 't'), draftKey('b', 'f', '1', 't'), draftKey('a', 'f', '1', 'u')]).size).toBe(4)
})

describe('a number as it is typed', () => {
  const table = numbers.trim().split('\n').slice(1)
  const rows = table.map((line) => /^(?:"(.*)"|([^,]*)),(.*)$/.exec(line)!).map(([, quoted, plain, number]) => [quoted ?? plain!, number!] as const)

  it.each(rows)('%s is %s, as the server reads it', (typed, number) => {
    expect(doubtful(typed)).toBe(number === '?')
    const read = plainNumber(typed)
    expect(read === '' ? '' : Number(read)).toBe(number === '' || number === '?' ? '' : Number(number))
  })
})

it('says the library’s words in Chinese and keeps unknown ones', () => {
  expect(translate(' 3 questions with errors. ', 'zh')).toContain('有 3 题')
  expect(translate(' Okay ', 'zh')).toBe(' 已确认 ')
  expect(translate('36.5', 'zh')).toBe('36.5')
})

it('calls for alerts that are new, not for those the page came with', () => {
  const news = (unacknowledged: number, newest: string) => ({ unacknowledged, newest })
  expect(isNew(undefined, news(2, 'b'))).toBe(false)
  expect(isNew(news(2, 'b'), news(1, 'b'))).toBe(false)
  expect(isNew(news(2, 'b'), news(2, 'c'))).toBe(true)
  expect(isNew(news(0, ''), news(1, 'a'))).toBe(true)
})

describe('what a screen reader is told of a question', () => {
  const question = (answers: string): HTMLElement => {
    document.body.innerHTML = `<div class="question-container"><div class="control-text"><label for="box">Temperature</label></div>${answers}</div>`
    return document.querySelector<HTMLElement>('.question-container')!
  }

  it('names a number field by its label', () => {
    const asked = question('<span id="box"><input id="n" role="spinbutton"></span>')
    nameQuestion(asked)
    expect(asked.querySelector('label')?.htmlFor).toBe('n')
    expect(asked.hasAttribute('role')).toBe(false)
  })

  it('puts choices under the name of their question', () => {
    const asked = question('<input type="radio"><input type="radio">')
    nameQuestion(asked)
    expect(document.getElementById(asked.getAttribute('aria-labelledby') ?? '')?.textContent).toBe('Temperature')
    expect(asked.getAttribute('role')).toBe('group')
  })
})

describe('the calendar of a form', () => {
  it('writes dates in one order, whatever the browser is set to', () => {
    expect([calendar('en').dateFormat, calendar('zh').dateFormat]).toEqual(['yy-mm-dd', 'yy-mm-dd'])
  })

  it('names days and months in the language of the page, the week from Sunday as the library counts', () => {
    expect(calendar('zh').dayNamesMin).toEqual(['日', '一', '二', '三', '四', '五', '六'])
    expect(calendar('zh').monthNames[10]).toBe('十一月')
    expect(calendar('en').dayNames[0]).toBe('Sunday')
    expect(calendar('en').monthNames).toHaveLength(12)
  })
})

describe('the moments of a form', () => {
  const zones = ['Asia/Shanghai', 'Asia/Kathmandu', 'America/St_Johns', 'Europe/Berlin', 'UTC']

  it.each(zones)('are shown and read by the clock of %s', (zone) => {
    for (let hour = 0; hour < 366 * 24; hour += 41) {
      const at = new Date(Date.UTC(2028, 0, 1, hour, 29))
      const again = instantAt(wallTime(at, zone), zone)
      expect(wallTime(again, zone)).toBe(wallTime(at, zone))
      expect(Math.abs(again.getTime() - at.getTime())).toBeLessThanOrEqual(3_600_000) // an hour that comes twice
    }
  })

  it('are those of the area and not of the device', () => {
    expect(wallTime(new Date('2026-11-27T02:28:11Z'), 'Asia/Shanghai')).toBe('2026-11-27T10:28')
    expect(instantAt('2026-11-27T10:28', 'Asia/Shanghai').toISOString()).toBe('2026-11-27T02:28:00.000Z')
  })

  it('go past an hour that a change of the clock leaves out', () => {
    expect(wallTime(instantAt('2028-03-26T02:30', 'Europe/Berlin'), 'Europe/Berlin')).toMatch(/^2028-03-26T0[13]:30$/)
  })
})

it('names lists by their question, and says in Chinese what is only spoken', async () => {
  document.documentElement.lang = 'zh-hans'
  const place = document.createElement('div')
  watchWords(place)
  place.innerHTML = '<button aria-label="Send">Send</button>'
  await new Promise((done) => setTimeout(done))
  expect(place.querySelector('button')?.getAttribute('aria-label')).toBe('提交')
  expect(place.textContent).toBe('提交')
  document.documentElement.lang = 'en'
  const question = document.createElement('div')
  question.innerHTML = '<div class="control-text"><label>Nationality</label></div><span role="combobox"></span>'
  nameQuestion(question)
  expect(question.querySelector('[role=combobox]')?.getAttribute('aria-labelledby')).toBe(question.querySelector('label')?.id)
})
