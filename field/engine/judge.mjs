/**
 * What the browser's own engine makes of forms, without a browser: the one that is inside the pinned form library.
 *
 * In, as JSON: `{zone, forms: [xml]}`, answers already in the instances; the engine asks for the zone once. Out: for each form `{values, faults}`, the texts of what
 * is relevant by name and the names of those whose constraint does not hold; or `{error}`.
 */
import { readdirSync, readFileSync } from 'node:fs'
import { register } from 'node:module'
import { JSDOM } from 'jsdom'

const asked = JSON.parse(readFileSync(0, 'utf8'))
process.env.TZ = asked.zone

/** As far as the library looks for a browser when it is loaded. */
function pretend() {
  const { window } = new JSDOM('', { url: 'http://localhost/', pretendToBeVisual: true })
  for (const name of Object.getOwnPropertyNames(window)) {
    if (name in globalThis && name !== 'navigator') continue
    Object.defineProperty(globalThis, name, { value: window[name], configurable: true, writable: true })
  }
  class Nothing {
    observe() {}
  }
  globalThis.ResizeObserver ??= Nothing
  globalThis.IntersectionObserver ??= Nothing
  Object.assign(globalThis, { window: globalThis, __dirname: '/', module: {} })
}

async function engine() {
  pretend()
  register('./hooks.mjs', import.meta.url)
  const dist = new URL('../node_modules/@getodk/web-forms/dist/', import.meta.url)
  const file = readdirSync(dist).find((name) => name.startsWith('index-'))
  return (await import(new URL(file, dist))).loadEngineForm
}

function* leaves(node) {
  for (const child of node.currentState.children ?? []) {
    if (child.currentState.children?.length) yield* leaves(child)
    else if (child.nodeType !== 'group') yield child
  }
}

function told(root) {
  const values = {}
  const faults = []
  for (const node of leaves(root)) {
    const name = node.currentState.reference.split('/').at(-1)
    if (!node.currentState.relevant) continue
    values[name] = node.currentState.instanceValue ?? ''
    if (node.validationState?.constraint?.valid === false) faults.push(name)
  }
  return { values, faults }
}

async function judged(load, xml) {
  try {
    const form = await load(xml, { fetchFormAttachment: async () => new Response('') })
    return told(form.createInstance().root)
  } catch (error) {
    return { error: String(error.message ?? error) }
  }
}

const load = await engine()
const out = []
for (const xml of asked.forms) out.push(await judged(load, xml))
process.stdout.write(JSON.stringify(out), () => process.exit(0))
