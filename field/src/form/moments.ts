import type { App } from 'vue'
import { el } from '../dom'

/** What is used here of a question of the form engine; `nodeId` is also the id of its field. */
interface Question {
  readonly nodeId: string
  readonly valueType: string
}

const MINUTES_AND_ABOVE = 16

/** An instant as a wall clock in the zone shows it: 2026-11-27T10:28. The browser's own zone where none is given. */
export function wallTime(instant: Date, zone?: string): string {
  const format = new Intl.DateTimeFormat('en-GB', {
    year: 'numeric', month: '2-digit', day: '2-digit', hour: '2-digit', minute: '2-digit', hourCycle: 'h23',
    ...(zone ? { timeZone: zone } : {}),
  })
  const parts = Object.fromEntries(format.formatToParts(instant).map(({ type, value }) => [type, value]))
  return `${parts['year']}-${parts['month']}-${parts['day']}T${parts['hour']}:${parts['minute']}`
}

/** The instant at which a wall clock in the zone shows a time. What a change of the clock leaves out is moved past it. */
export function instantAt(wall: string, zone?: string): Date {
  const shown = Date.parse(`${wall.slice(0, MINUTES_AND_ABOVE)}:00Z`)
  const ahead = (at: number): number => Date.parse(`${wallTime(new Date(at), zone)}:00Z`) - at
  return new Date(shown - ahead(shown - ahead(shown)))
}

function isMoment(node: unknown): node is Question {
  return typeof node === 'object' && node !== null && (node as Partial<Question>).valueType === 'dateTime'
}

/** The browser's own control before the field, which goes on holding what the form engine reads. */
function stand(field: HTMLInputElement, zone: string | undefined): void {
  const control = el('input', { type: 'datetime-local', class: field.className, id: `${field.id}-moment` })
  const known = Date.parse(field.value)
  if (!Number.isNaN(known)) control.value = wallTime(new Date(known), zone)
  control.required = field.required
  control.disabled = field.disabled || field.readOnly
  control.addEventListener('input', () => {
    field.value = control.value && instantAt(control.value, zone).toISOString().replace('Z', '+00:00')
    field.dispatchEvent(new Event('input', { bubbles: true }))
  })
  control.addEventListener('blur', () => {
    field.dispatchEvent(new Event('blur'))
    if (control.validity.badInput) control.reportValidity() // half a moment is none, and the browser says what is missing
  })
  field.hidden = true
  field.before(control)
  field.closest('.question-container')?.querySelector<HTMLLabelElement>('.control-text label')?.setAttribute('for', control.id)
}

/** The library has no control for a date with its time: it shows the bare text of an instant in UTC. */
export function showMoments(app: App, zone: string | undefined): void {
  app.mixin({
    mounted(this: { $el: unknown; $props: Record<string, unknown> }) {
      const node = this.$props['node']
      if (!isMoment(node) || !(this.$el instanceof Element)) return
      const field = this.$el.parentElement?.querySelector<HTMLInputElement>(`[id='${node.nodeId}']`)
      if (field && !field.hidden) stand(field, zone)
    },
  })
}
