/** Name used in templates and scripts → drawing in Tabler's set. A name says the meaning, so a drawing can be exchanged here. */
export const ICONS = {
  // states
  late: 'alarm',
  urgent: 'alert-triangle',
  done: 'circle-check',
  waiting: 'clock',
  sending: 'cloud-up',
  missed: 'circle-x',
  excused: 'circle-minus',
  provisional: 'help-circle',
  help: 'help-circle',
  drill: 'speakerphone',
  demo: 'flask',
  open: 'circle-dashed',
  refused: 'alert-octagon',
  // places in the navigation
  day: 'checklist',
  area: 'sitemap',
  import: 'table-import',
  alerts: 'bell',
  sheet: 'clipboard-list',
  search: 'search',
  tables: 'table',
  setup: 'adjustments',
  more: 'dots',
  // things
  person: 'user',
  household: 'users',
  home: 'home',
  building: 'building-community',
  temperature: 'temperature',
  file: 'file-text',
  key: 'key',
  device: 'device-mobile',
  phone: 'phone',
  'phone-off': 'phone-off',
  door: 'door-off',
  transfer: 'arrows-exchange',
  place: 'map-pin',
  link: 'link',
  history: 'history',
  decision: 'git-branch',
  submission: 'pencil',
  // acts
  add: 'plus',
  back: 'arrow-left',
  close: 'x',
  copy: 'copy',
  download: 'download',
  edit: 'edit',
  hide: 'eye-off',
  show: 'eye',
  print: 'printer',
  refresh: 'refresh',
  send: 'send',
  signout: 'logout',
  undo: 'arrow-back-up',
  upload: 'upload',
  check: 'check',
  // interface
  arrow: 'arrow-right',
  down: 'chevron-down',
  right: 'chevron-right',
  info: 'info-circle',
  keyboard: 'keyboard',
  language: 'language',
  lock: 'lock',
  light: 'sun',
  dark: 'moon',
  system: 'device-desktop',
  offline: 'wifi-off',
  sound: 'volume',
  mute: 'volume-off',
} as const

export type IconName = keyof typeof ICONS

/** An icon as an element; decoration only, so the word beside it carries the meaning. */
export function icon(name: IconName): SVGSVGElement {
  const svg = document.createElementNS('http://www.w3.org/2000/svg', 'svg')
  svg.setAttribute('class', 'icon')
  svg.setAttribute('aria-hidden', 'true')
  const use = document.createElementNS('http://www.w3.org/2000/svg', 'use')
  use.setAttribute('href', `${document.documentElement.dataset['icons'] ?? ''}#${name}`)
  svg.append(use)
  return svg
}
