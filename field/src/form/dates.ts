import type { App } from 'vue'
import type { Lang } from '../words'

/** The words and the order of dates of the library's calendar. `yy` is its name for a year of four digits. */
export interface Calendar {
  readonly dateFormat: string
  readonly firstDayOfWeek: number
  readonly showMonthAfterYear: boolean
  readonly today: string
  readonly clear: string
  readonly dayNames: readonly string[]
  readonly dayNamesShort: readonly string[]
  readonly dayNamesMin: readonly string[]
  readonly monthNames: readonly string[]
  readonly monthNamesShort: readonly string[]
}

type Width = 'long' | 'short' | 'narrow'

const A_SUNDAY = 4

function days(locale: string, width: Width): string[] {
  const name = new Intl.DateTimeFormat(locale, { weekday: width, timeZone: 'UTC' })
  return Array.from({ length: 7 }, (_, day) => name.format(Date.UTC(1970, 0, A_SUNDAY + day)))
}

function months(locale: string, width: Width): string[] {
  const name = new Intl.DateTimeFormat(locale, { month: width, timeZone: 'UTC' })
  return Array.from({ length: 12 }, (_, month) => name.format(Date.UTC(1970, month, 1)))
}

/** Dates as every other page and every list has them: nobody takes 2026-11-03 for the eleventh of March. */
export function calendar(lang: Lang): Calendar {
  const locale = lang === 'zh' ? 'zh-CN' : 'en-GB'
  return {
    dateFormat: 'yy-mm-dd',
    firstDayOfWeek: 1,
    showMonthAfterYear: lang === 'zh',
    today: lang === 'zh' ? '今天' : 'Today',
    clear: lang === 'zh' ? '清除' : 'Clear',
    dayNames: days(locale, 'long'),
    dayNamesShort: days(locale, 'short'),
    dayNamesMin: days(locale, lang === 'zh' ? 'narrow' : 'short'),
    monthNames: months(locale, 'long'),
    monthNamesShort: months(locale, 'short'),
  }
}

/** The library's calendar is PrimeVue's; its plugin puts the settings where every component finds them. */
export function speakDates(app: App, lang: Lang): void {
  const settings = app.config.globalProperties['$primevue'] as { config: { locale: object } } | undefined
  if (settings) Object.assign(settings.config.locale, calendar(lang))
}
