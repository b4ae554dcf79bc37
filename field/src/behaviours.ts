import { each } from './dom'
import { toast } from './toast'
import { say } from './words'

async function copy(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text)
    return true
  } catch {
    return false // Not over plain http, or not allowed.
  }
}

/** `data-copy="text"`, `data-print`, `data-show-dialog="#id"`, `data-close-dialog`, `data-reload`. */
function click(event: MouseEvent): void {
  const target = event.target instanceof Element ? event.target : null
  const on = (name: string): HTMLElement | null => target?.closest<HTMLElement>(`[${name}]`) ?? null
  const copied = on('data-copy')
  if (copied) void copy(copied.dataset['copy'] ?? '').then((done) => toast({ text: say(done ? 'copied' : 'cannot copy'), icon: done ? 'copy' : 'info' }))
  if (on('data-print')) window.print()
  if (on('data-reload')) location.reload()
  const opener = on('data-show-dialog')
  if (opener) document.querySelector<HTMLDialogElement>(opener.dataset['showDialog'] ?? '')?.showModal()
  on('data-close-dialog')?.closest('dialog')?.close()
  if (target instanceof HTMLDialogElement && target.hasAttribute('data-light')) target.close()
}

/** Menus are `<details class="fx-menu">`: one open at a time, closed by Escape and by a click beside them. */
function closeMenus(except?: Element | null): void {
  for (const menu of document.querySelectorAll<HTMLDetailsElement>('details.fx-menu[open]')) if (menu !== except) menu.open = false
}

function escape(event: KeyboardEvent): void {
  if (event.key !== 'Escape' || document.querySelector('dialog[open]')) return // a dialog has it to itself
  const open = document.querySelector<HTMLDetailsElement>('details.fx-menu[open]')
  open?.querySelector('summary')?.focus()
  closeMenus()
}

/** `data-autosubmit` on a form: a changed choice is sent without a button. */
function autosubmit(event: Event): void {
  const form = event.target instanceof Element ? event.target.closest<HTMLFormElement>('form[data-autosubmit]') : null
  form?.requestSubmit()
}

/** `data-choose-all` in the head of a table: ticks every box of its lines, or none. */
function chooseAll(event: Event): void {
  const all = event.target instanceof HTMLInputElement && event.target.matches('[data-choose-all]') ? event.target : null
  for (const box of all?.closest('table')?.querySelectorAll<HTMLInputElement>('tbody input[type=checkbox]') ?? []) box.checked = all?.checked ?? false
}

/** A plain form is sent once, however often the button is pressed. */
function once(event: SubmitEvent): void {
  const form = event.target
  if (event.defaultPrevented || !(form instanceof HTMLFormElement) || form.method !== 'post') return
  if (form.dataset['sent'] !== undefined) return event.preventDefault()
  form.dataset['sent'] = ''
  window.addEventListener('pageshow', () => delete form.dataset['sent'], { once: true })
}

/** `<details data-folds open>`: on a phone it waits folded until somebody asks for it. */
function foldOnPhone(part: HTMLElement): void {
  if (matchMedia('(max-width: 991.98px)').matches) part.removeAttribute('open')
}

/** Tabs that do not all fit begin with the chosen one in sight. */
function showChosen(tab: HTMLElement): void {
  const list = tab.parentElement
  if (list) list.scrollLeft = tab.offsetLeft - list.offsetLeft - (list.clientWidth - tab.offsetWidth) / 2
}

/** `data-points-at="/area/"`: the way there is marked in the navigation. */
function pointAt(part: HTMLElement): void {
  const way = part.dataset['pointsAt'] ?? ''
  for (const link of document.querySelectorAll(`:is(.fx-nav, .fx-tabs) a[href="${way}"]`)) link.classList.add('fx-pointed')
}

function size(bytes: number): string {
  return bytes < 1_000_000 ? `${Math.max(1, Math.round(bytes / 1000))} KB` : `${(bytes / 1_000_000).toFixed(1)} MB`
}

/** Says what was chosen, and that another may be. */
function showFile(zone: HTMLElement, file: File | undefined): void {
  const name = zone.querySelector<HTMLElement>('[data-file-name]')
  if (name) name.textContent = file ? `${file.name} · ${size(file.size)}` : ''
  const choose = zone.querySelector<HTMLElement>('[data-choose]')
  if (!choose) return
  choose.dataset['first'] ??= choose.textContent ?? ''
  choose.textContent = (file ? choose.dataset['again'] : choose.dataset['first']) ?? ''
}

function firstOf(files: FileList): FileList {
  const first = new DataTransfer()
  if (files[0]) first.items.add(files[0])
  return first.files
}

/** `.fx-drop` around a file input says what was chosen and takes a dropped file, the first where several are dropped. */
function watchDrop(zone: HTMLElement): void {
  const input = zone.querySelector<HTMLInputElement>('input[type=file]')
  if (!input) return
  const over = (on: boolean) => (event: DragEvent): void => {
    event.preventDefault()
    zone.classList.toggle('fx-drop-over', on)
  }
  zone.addEventListener('dragover', over(true))
  zone.addEventListener('dragleave', over(false))
  zone.addEventListener('drop', (event) => {
    over(false)(event)
    if (!event.dataTransfer?.files.length) return
    input.files = firstOf(event.dataTransfer.files)
    input.dispatchEvent(new Event('change', { bubbles: true }))
  })
  input.addEventListener('change', () => showFile(zone, input.files?.[0]))
  showFile(zone, input.files?.[0]) // the browser keeps it when one comes back to the page
}

export function watchBehaviours(): void {
  document.addEventListener('click', click)
  document.addEventListener('click', (event) => closeMenus(event.target instanceof Element ? event.target.closest('details.fx-menu') : null))
  document.addEventListener('keydown', escape)
  document.addEventListener('change', autosubmit)
  document.addEventListener('change', chooseAll)
  document.addEventListener('submit', once)
  each('.fx-drop', watchDrop)
  each('details[data-folds]', foldOnPhone)
  each('[data-points-at]', pointAt)
  each('.fx-tablist > [aria-current], .fx-crumbs li:last-child', showChosen)
  window.addEventListener('offline', () => toast({ text: say('offline'), icon: 'offline', about: 'network' }))
  window.addEventListener('online', () => toast({ text: say('online'), icon: 'check', about: 'network' }))
}
