import './styles/form.css'
import { ask } from './confirm'
import { button, each, el } from './dom'
import { dropDraft, dropOldDrafts, type Draft, draftKey, loadDraft, saveDraft } from './form/drafts'
import { answered, type FormRoot, identify, languageFor, sameAnswers } from './form/instance'
import { changesPanel, knownPanel, type Meant, nobodySaid } from './form/known'
import { mount, type Payload } from './form/mount'
import { watchNames } from './form/names'
import { mendNumberFields } from './form/typing'
import { watchWords } from './form/words'
import { now, nowText } from './now'
import type { News } from './outbox/outbox'
import type { Field } from './outbox/types'
import { outbox, owner, tellOnTheNextPage } from './queue'
import { carriedReading } from './reading'
import { uuid7 } from './uuid7'
import { pageLang, say } from './words'

const AFTER_TYPING = 400
const AT_INTERVAL = 10_000
/** How long the page waits for the server before it goes on; the outbox carries on from the next page. */
const PATIENCE = 1_500
const ANSWERS = 'xml_submission_file'

/** After a press on Send the library goes to the top of the page, where no question stands if the form is open in a card. */
function leadToTheFirstFault(event: Event): void {
  if (!(event.target instanceof Element) || !event.target.closest('.odk-form .footer button')) return
  const form = event.currentTarget
  setTimeout(() => form instanceof Element && form.querySelector('.question-container.highlight')?.scrollIntoView({ block: 'center' }))
}

/** One `<div data-form>` of the page; see docs/interface.md for its attributes. */
class FormPage {
  private readonly key: string
  private readonly body = el('div', { class: 'fx-form' })
  private readonly note = el('p', { class: 'fx-form-note', role: 'status' })
  private root: FormRoot | undefined
  private kept = ''
  private sending = false
  private meant = nobodySaid
  private panel: HTMLElement | undefined
  private readonly last: { payload?: Payload } = {}

  constructor(private readonly place: HTMLElement) {
    const { form = '', version = '', task, subject } = place.dataset
    this.key = draftKey(owner, form, version, task || subject || 'new')
    this.body.addEventListener('click', leadToTheFirstFault)
  }

  async start(): Promise<void> {
    this.place.replaceChildren(this.note, this.body)
    this.place.setAttribute('aria-busy', 'true')
    this.note.textContent = say('form opens')
    try {
      const [xml, draft] = await Promise.all([this.text('formUrl'), this.draft()])
      const instance = draft?.xml ?? (await this.text('instanceUrl'))
      this.show(instance ? xml : this.withReading(xml), instance, draft)
    } catch {
      this.failed()
    }
    void dropOldDrafts(now())
  }

  /** The number that was typed on the card, where its form asks for it. */
  private withReading(xml: string): string {
    const { question, text } = carriedReading(this.place.dataset['task'] ?? '')
    return text ? answered(xml, question, text) : xml
  }

  private async text(name: 'formUrl' | 'instanceUrl'): Promise<string> {
    const url = this.place.dataset[name]
    if (!url) return ''
    const response = await fetch(url, { headers: { Accept: 'text/xml' } })
    if (!response.ok) throw new Error(`${url}: ${response.status}`)
    return response.text()
  }

  /** What was typed and refused, named in the address, comes before what was typed and left. */
  private async draft(): Promise<Draft | undefined> {
    const refused = this.refusedId() ? await (await outbox).find(this.refusedId()) : undefined
    const xml = refused?.owner === owner && refused.fields.find(([name]) => name === 'xml')?.[1]
    return refused && typeof xml === 'string' ? { key: this.key, xml, saved: refused.created } : loadDraft(this.key)
  }

  private refusedId(): string {
    return new URLSearchParams(location.search).get('draft') ?? ''
  }

  private show(xml: string, instance: string, draft?: Draft): void {
    watchWords(this.body)
    watchNames(this.body)
    mendNumberFields(this.body)
    mount({
      place: this.body,
      xml,
      instance: instance || undefined,
      fetchAttachment: (url) => fetch(`${this.place.dataset['attachments'] ?? ''}${url.pathname.split('/').pop() ?? ''}`),
      ready: (root) => this.ready(root, draft),
      submit: (payload) => this.send(payload),
    })
  }

  /** What was said about answers that were sent before does not hold of these: they may say something else now. */
  private send(payload: Payload): void {
    if (!this.sending) this.meant = nobodySaid
    void this.submit(payload)
  }

  private ready(root: FormRoot, draft?: Draft): void {
    if (this.root) return
    this.root = root
    this.opened()
    if (draft) this.offerDraft(draft)
    const language = languageFor(root.languages, this.place.dataset['lang'] ?? pageLang())
    if (language) root.setLanguage(language)
    this.kept = root.instanceState.instanceXML
    this.keepDrafts()
  }

  private keepDrafts(): void {
    let timer: ReturnType<typeof setTimeout> | undefined
    const soon = (): void => {
      clearTimeout(timer)
      timer = setTimeout(() => void this.keep(), AFTER_TYPING)
    }
    for (const event of ['input', 'change', 'click', 'keyup']) this.body.addEventListener(event, soon)
    setInterval(() => void this.keep(), AT_INTERVAL)
    document.addEventListener('visibilitychange', () => void this.keep())
    window.addEventListener('pagehide', () => void this.keep())
  }

  private async keep(): Promise<void> {
    if (!this.root || this.sending || !this.place.isConnected) return
    const xml = this.root.instanceState.instanceXML
    if (sameAnswers(xml, this.kept)) return
    this.kept = xml
    await saveDraft(this.key, xml, now())
    this.say('draft saved')
  }

  private say(word: 'draft saved' | 'draft', saved: number = now()): void {
    const [before = '', after = ''] = say(word).split('{time}')
    const time = el('time', { datetime: new Date(saved).toISOString(), 'data-time': word === 'draft' ? 'at' : 'ago' })
    this.note.replaceChildren(before, time, after)
    document.dispatchEvent(new Event('fx:times'))
  }

  private offerDraft(draft: Draft): void {
    this.say('draft', draft.saved)
    this.note.append(' ', button(say('start afresh'), 'btn btn-sm btn-link', () => void this.startAfresh()))
  }

  private async startAfresh(): Promise<void> {
    if (!(await ask(say('start afresh?'), say('start afresh')))) return
    this.sending = true
    await dropDraft(this.key)
    const url = new URL(location.href)
    url.searchParams.delete('draft')
    location.replace(url)
  }

  private async submit(payload: Payload): Promise<void> {
    if (this.sending) return
    this.sending = true
    this.last.payload = payload
    this.panel?.remove()
    const id = uuid7(now())
    this.place.dataset['sends'] = id
    const { submitUrl = '', label = document.title, subject = '', card = '' } = this.place.dataset
    const editUrl = this.place.dataset['edit'] ?? location.pathname + location.search
    const fields = await this.fields(payload, id)
    const box = await outbox
    const settled = this.settled(id)
    await box.add({ id, url: submitUrl, label, subject, card, editUrl, fields })
    await Promise.all([dropDraft(this.key), this.refusedId() && box.discard(this.refusedId())])
    this.finish(id, await settled)
  }

  private async fields(payload: Payload, id: string): Promise<Field[]> {
    const { task = '', subject = '', form = '', version = '', corrects = '', happenedAt } = this.place.dataset
    const files = payload.data.flatMap((part) => [...part.entries()])
    const answers = files.find(([name]) => name === ANSWERS)?.[1]
    const who = { same_as: this.meant.sameAs, other_than: this.meant.otherThan.join(','), changes: this.meant.changes.join(',') }
    const plain = { client_id: id, happened_at: happenedAt || nowText(), form, version, task, subject, corrects, ...who }
    const xml = identify((await answers?.text()) ?? '', id, corrects)
    const attached = files.filter(([name]) => name !== ANSWERS)
    return [...Object.entries(plain), ['xml', xml], ...attached.map(([name, file]): Field => [name, file, file.name])]
  }

  /** Resolves with the entry's state as soon as the server has spoken, or when patience ends. */
  private settled(id: string): Promise<string> {
    return new Promise((resolve) => {
      setTimeout(() => resolve('waiting'), PATIENCE)
      void outbox.then((box) =>
        box.subscribe(({ changed }: News) => {
          if (changed?.id === id && (changed.state === 'sent' || changed.state === 'refused')) resolve(changed.state)
        }),
      )
    })
  }

  private finish(id: string, state: string): void {
    if (state === 'refused') {
      // The toast says why; the answers are still on the page, and the refused entry goes with the next try.
      this.sending = false
      void this.refused(id)
      return
    }
    this.place.dispatchEvent(new CustomEvent('fx:form-done', { bubbles: true, detail: { id, state } }))
    const { next } = this.place.dataset
    if (!next) return
    tellOnTheNextPage(id, { answered: state !== 'waiting' })
    location.assign(next)
  }

  /** Where the server asks whether it is somebody known, that is asked here, and the same answers are sent again. */
  private async refused(id: string): Promise<void> {
    const box = await outbox
    const { candidates, changes } = (await box.find(id))?.problem ?? {}
    await box.discard(id)
    const again = (who: Meant): void => {
      this.meant = who
      if (this.last.payload) void this.submit(this.last.payload)
    }
    if (candidates) this.panel = knownPanel(candidates, this.meant, again)
    else if (changes) this.panel = changesPanel(changes, this.meant, again)
    else return
    this.place.append(this.panel)
    this.panel.focus()
  }

  /** Until there is something to read, the page says that the form opens. */
  private opened(): void {
    this.note.textContent = ''
    this.place.removeAttribute('aria-busy')
  }

  private failed(): void {
    this.opened()
    const again = button(say('try again'), 'btn btn-primary', () => void this.start())
    this.body.replaceChildren(el('div', { class: 'fx-error' }, el('p', {}, say('form failed')), again))
  }
}

each('[data-form]', (place) => {
  if (place.dataset['mounted'] !== undefined) return
  place.dataset['mounted'] = ''
  void new FormPage(place).start()
})
