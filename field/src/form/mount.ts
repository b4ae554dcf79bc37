import { OdkWebForm, webFormsPlugin } from '@getodk/web-forms'
import { type App, createApp, h } from 'vue'
import { pageLang } from '../words'
import { speakDates } from './dates'
import { type FormRoot, isFormRoot } from './instance'
import { showMoments } from './moments'

/** The files of a submission as the library hands them over. */
export interface Payload {
  readonly data: readonly { get(name: string): File | null; entries(): Iterable<[string, File]> }[]
}

export interface Mounting {
  readonly place: HTMLElement
  readonly xml: string
  /** Answers to start from. */
  readonly instance: string | undefined
  fetchAttachment(url: URL): Promise<Response>
  ready(root: FormRoot): void
  submit(payload: Payload): void
}

/** The library gives no handle on the form it made; its header is handed the engine's root, and is seen here being mounted. */
function findRoot(app: App, ready: (root: FormRoot) => void): void {
  app.mixin({
    beforeMount(this: { $props: Record<string, unknown> }) {
      const form = this.$props['form']
      if (isFormRoot(form)) ready(form)
    },
  })
}

/** A number's field does not show whether it takes fractions; `data-fraction` says it. */
function tellFractions(app: App): void {
  const tell = function (this: { $props: Record<string, unknown>; $el: unknown }): void {
    const { isDecimal } = this.$props
    if (typeof isDecimal === 'boolean' && this.$el instanceof HTMLElement) this.$el.dataset['fraction'] = String(isDecimal)
  }
  app.mixin({ mounted: tell, updated: tell })
}

/** The library's plugin puts a reset first in the document that would change the face and the size of the whole page. */
function leaveThePageItsType(): void {
  const sheet = document.head.querySelector('style')?.sheet
  for (let place = (sheet?.cssRules.length ?? 0) - 1; place >= 0; place -= 1) {
    const rule = sheet?.cssRules[place]
    if (rule instanceof CSSStyleRule && ['html', 'body'].includes(rule.selectorText)) sheet?.deleteRule(place)
  }
}

export function mount({ place, xml, instance, fetchAttachment, ready, submit }: Mounting): App {
  const edit = instance && { resolveInstance: () => instance, attachmentFileNames: [], resolveAttachment: fetchAttachment }
  const props = { formXml: xml, fetchFormAttachment: fetchAttachment, onSubmit: submit, ...(edit ? { editInstance: edit } : {}) }
  const app = createApp({ render: () => h(OdkWebForm, props) })
  app.use(webFormsPlugin)
  speakDates(app, pageLang())
  leaveThePageItsType()
  showMoments(app, document.documentElement.dataset['zone'] || undefined)
  findRoot(app, ready)
  tellFractions(app)
  app.mount(place)
  return app
}
